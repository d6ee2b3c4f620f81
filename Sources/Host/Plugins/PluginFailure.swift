package import EngineModel

/// Why a call of a plugin failed.
package struct PluginFailure: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The call was not sent: no process listens, or too many calls are open.
    case unreachable
    /// No answer within the timeout.
    case silent
    /// The connection broke, or the answer is not HTTP.
    case broken
    /// The answer is well-formed but invalid.
    case unusable
    /// The plugin refused the call.
    case refused
    /// The plugin does not implement the call.
    case unknownCall
  }

  package let plugin: String
  /// `NetworkDriver.Join`.
  package let method: String
  package let kind: Kind
  package let detail: String

  package init(plugin: String, method: String, kind: Kind, detail: String) {
    self.plugin = plugin
    self.method = method
    self.kind = kind
    self.detail = detail
  }

  /// Whether the plugin may have carried out the call, so that it must be undone.
  package var mayHaveActed: Bool {
    switch kind {
    case .silent, .broken, .unusable: true
    case .unreachable, .refused, .unknownCall: false
    }
  }

  /// Whether the plugin answered: another call would get the same answer.
  package var isAnswer: Bool {
    switch kind {
    case .unusable, .refused, .unknownCall: true
    case .unreachable, .silent, .broken: false
    }
  }

  package var code: EngineError.Code {
    switch kind {
    case .unreachable, .silent: .unavailable
    case .broken, .unusable, .refused: .system
    case .unknownCall: .notImplemented
    }
  }
}

extension PluginFailure: CustomStringConvertible {
  /// Names the plugin, the call, and what the user can do.
  package var description: String {
    switch kind {
    case .unreachable:
      "plugin \"\(plugin)\" cannot be asked for \(method): \(detail): see that the plugin runs"
    case .silent:
      "plugin \"\(plugin)\" did not answer \(method) \(detail): see what the plugin's log says, or start it again"
    case .broken:
      "plugin \"\(plugin)\" failed while it answered \(method): \(detail): see what the plugin's log says"
    case .unusable:
      "plugin \"\(plugin)\" answered \(method) with something that cannot be used, which is a fault of the plugin: "
        + detail
    case .refused:
      "plugin \"\(plugin)\" refused \(method): \(detail)"
    case .unknownCall:
      "plugin \"\(plugin)\" does not know \(method): \(detail)"
    }
  }
}

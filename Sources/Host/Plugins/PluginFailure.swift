public import EngineModel

/// A call to a plugin that did not bring what was asked for.
public struct PluginFailure: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// It was not asked: nobody listens, or it is asked too much already.
    case unreachable
    /// It did not answer in time.
    case silent
    /// It went away, or answered with something that is no answer.
    case broken
    /// It answered properly with something that cannot be used.
    case unusable
    /// It said no.
    case refused
    /// It does not know the call.
    case unknownCall
  }

  public let plugin: String
  /// `NetworkDriver.Join`.
  public let method: String
  public let kind: Kind
  public let detail: String

  public init(plugin: String, method: String, kind: Kind, detail: String) {
    self.plugin = plugin
    self.method = method
    self.kind = kind
    self.detail = detail
  }

  /// Whether the plugin may have done what it was asked: then it has to be taken back.
  public var mayHaveActed: Bool {
    switch kind {
    case .silent, .broken, .unusable: true
    case .unreachable, .refused, .unknownCall: false
    }
  }

  /// Whether the plugin gave an answer at all: asking it again would bring the same.
  public var isAnswer: Bool {
    switch kind {
    case .unusable, .refused, .unknownCall: true
    case .unreachable, .silent, .broken: false
    }
  }

  public var code: EngineError.Code {
    switch kind {
    case .unreachable, .silent: .unavailable
    case .broken, .unusable, .refused: .system
    case .unknownCall: .notImplemented
    }
  }
}

extension PluginFailure: CustomStringConvertible {
  /// Names the plugin, the call, and what to do.
  public var description: String {
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

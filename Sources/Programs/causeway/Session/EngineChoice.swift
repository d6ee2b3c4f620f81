import EngineAPI
import EngineClient
import EngineModel

/// The engine that the command uses, and the context that named it.
struct EngineChoice: Sendable {
  /// The default socket of `causewayd`.
  static let defaultHost = EngineHost.unix(path: "/run/causeway.sock")

  let host: EngineHost
  /// `default` when the host was named directly or not at all.
  let context: String
  let security: TLSChoice?

  /// Options override the environment, which overrides the current context; the last resort is the default socket.
  ///
  /// - Parameters:
  ///   - hostOption: `--host`.
  ///   - contextOption: `--context`.
  static func contextName(
    hostOption: String?, contextOption: String?, environment: (String) -> String?,
    configuration: ClientConfiguration
  ) throws(UsageError) -> String {
    if let contextOption, !contextOption.isEmpty {
      guard hostOption == nil else {
        throw .value("conflicting options: cannot specify both --host and --context")
      }
      return contextOption
    }
    guard hostOption == nil, hostVariables.allSatisfy({ (environment($0) ?? "").isEmpty }) else {
      return ContextStore.defaultName
    }
    if let name = environment("DOCKER_CONTEXT"), !name.isEmpty { return name }
    return configuration.text("currentContext") ?? ContextStore.defaultName
  }

  /// The variables that name a host. The first one wins.
  static let hostVariables = ["CAUSEWAY_HOST", "DOCKER_HOST"]

  /// - Parameter security: the TLS settings of options and environment. A context has its own.
  /// - Throws: ``UsageError`` of kind `value` for an invalid host, ``CommandFailure`` for an unknown context.
  init(
    context name: String, hostOption: String?, environment: (String) -> String?, configuration: ClientConfiguration,
    security: TLSChoice? = nil
  ) throws {
    context = name
    guard name == ContextStore.defaultName else {
      let store = ContextStore(configuration: configuration.folder)
      guard store.exists(name) else {
        guard name == configuration.text("currentContext") else { throw CommandFailure(Self.missing(name)) }
        throw CommandFailure(
          "Current context \(name.quoted) is not found on the file system, please check your config file at "
            + configuration.path)
      }
      let kept = try store.context(name)
      self.security = TLSChoice(context: kept, store: store)
      host = try Self.parsed(kept.host, securely: self.security != nil)
      return
    }
    self.security = security
    for text in [hostOption] + Self.hostVariables.map(environment) {
      guard let text, !text.isEmpty else { continue }
      host = try Self.parsed(text, securely: security != nil)
      return
    }
    host = Self.defaultHost
  }

  static func missing(_ name: String) -> String { "context \(name.quoted) does not exist" }

  private static func parsed(_ text: String, securely: Bool) throws(UsageError) -> EngineHost {
    do {
      return try EngineHost(text, securely: securely)
    } catch {
      throw .value(error.message)
    }
  }
}

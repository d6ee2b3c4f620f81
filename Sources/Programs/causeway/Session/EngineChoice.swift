import EngineClient
import EngineModel

/// Which engine is meant, and by what it was named.
struct EngineChoice: Sendable {
  /// Where `causewayd` listens unless told otherwise.
  static let causeway = EngineHost.unix(path: "/run/causeway.sock")

  let host: EngineHost
  /// `default` where a host is named, or nothing.
  let context: String
  let security: TLSChoice?

  /// Options before the environment before the context that is in use; the standard socket when there is none of them.
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
      return ContextStore.standard
    }
    if let name = environment("DOCKER_CONTEXT"), !name.isEmpty { return name }
    return configuration.text("currentContext") ?? ContextStore.standard
  }

  /// Either names a host, the first before the second.
  static let hostVariables = ["CAUSEWAY_HOST", "DOCKER_HOST"]

  /// - Parameter security: what the options and the environment say of TLS; a context has its own.
  /// - Throws: ``UsageError`` of kind `value` for a host that cannot be, ``CommandFailure`` for a context that is not
  ///   there.
  init(
    context name: String, hostOption: String?, environment: (String) -> String?, configuration: ClientConfiguration,
    security: TLSChoice? = nil
  ) throws {
    context = name
    guard name == ContextStore.standard else {
      let store = ContextStore(configuration: configuration.folder)
      guard store.exists(name) else {
        guard name == configuration.text("currentContext") else { throw CommandFailure(Self.missing(name)) }
        throw CommandFailure(
          "Current context \(quoted(name)) is not found on the file system, please check your config file at "
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
    host = Self.causeway
  }

  static func missing(_ name: String) -> String { "context \(quoted(name)) does not exist" }

  private static func parsed(_ text: String, securely: Bool) throws(UsageError) -> EngineHost {
    do {
      return try EngineHost(text, securely: securely)
    } catch {
      throw .value(error.message)
    }
  }
}

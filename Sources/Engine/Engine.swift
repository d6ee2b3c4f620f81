import EngineModel
public import Logging

/// The engine: networks, containers, volumes and images, and what happens to them.
///
/// The state in memory mirrors the store. This actor serialises intents: nothing is awaited between reading the state
/// and committing what was decided on it. What takes long runs outside, one queue for each container, and its outcome is
/// committed in a second step.
///
/// References (`reference` everywhere) are a name, a full id, or an unambiguous beginning of an id.
public actor Engine {
  public nonisolated let configuration: EngineConfiguration
  let logger: Logger

  public init(configuration: EngineConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Opens the store, finds out what runs, completes or undoes what was half done, and brings the host to what shall be.
  ///
  /// - Throws: when the store cannot be used or a program that the engine needs is missing; the message says which.
  public func start() async throws { throw Self.missing("start") }

  /// Lets go of everything in order. Containers keep running, talking and resolving.
  public func shutdown() async {}

  static func missing(_ what: String) -> EngineError { EngineError(.notImplemented, "\(what) is not there yet") }
}

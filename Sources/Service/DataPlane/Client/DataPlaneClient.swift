import EngineModel
public import Kernel

/// Speaks to the data plane program. Connects when first needed and again when the program was restarted, and then sends
/// what was not acknowledged once more, which is harmless: every change says how something shall be.
public final class DataPlaneClient: Sendable {
  private let thread: SerialThread
  private let connection: ClientConnection

  /// - Parameter patience: how long a request tries to reach a program that is just being started.
  public init(socketPath: String, patience: Duration = .seconds(10)) throws(SystemCallError) {
    thread = try SerialThread("dataplane")
    connection = ClientConnection(path: socketPath, patience: patience)
  }

  /// Makes the changes: all of them, or none. When it returns they are in force and on disk.
  ///
  /// - Throws: ``DataPlaneRefusal``; `EngineError` of code `unavailable` when the program cannot be reached.
  public func apply(_ changes: [DataPlaneChange]) async throws {
    guard !changes.isEmpty else { return }
    try await expectDone(.apply(changes))
  }

  /// Serves exactly this table, as far as it can be. What is served already is not disturbed; a port that cannot be had
  /// just now is tried again every few seconds, and a sandbox without a namespace is left out: see
  /// ``DataPlaneStatus/troubles``.
  public func replace(_ table: DataPlaneTable) async throws {
    try await expectDone(.replace(table.changes))
  }

  public func status() async throws -> DataPlaneStatus {
    guard case .status(let status) = try await ask(.status) else { throw unexpected() }
    return status
  }

  private func expectDone(_ request: ControlRequest) async throws {
    switch try await ask(request) {
    case .done: return
    case .refused(let failures): throw DataPlaneRefusal(failures: failures)
    case .status: throw unexpected()
    }
  }

  private func ask(_ request: ControlRequest) async throws -> ControlReply {
    let connection = connection
    return try await thread.run { try connection.ask(request) }
  }

  private func unexpected() -> EngineError {
    EngineError(.system, "the data plane gave an answer of the wrong kind")
  }
}

/// The data plane did not make a change. Nothing was changed.
public struct DataPlaneRefusal: Error, Hashable, Sendable {
  public let failures: [DataPlaneFailure]

  /// The ports that cannot be had, with the error numbers.
  public var ports: [(reservation: PortReservation, errno: Int32)] {
    failures.compactMap { failure in
      guard case .port(let reservation, let errno) = failure else { return nil }
      return (reservation, errno)
    }
  }
}

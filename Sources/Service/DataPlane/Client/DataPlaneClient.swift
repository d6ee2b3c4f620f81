import EngineModel
package import Kernel

/// Sends requests to the data plane. Connects on first use and reconnects when the program restarts, then repeats the
/// unacknowledged request. That is safe because every change is idempotent.
package final class DataPlaneClient: Sendable {
  private let thread: SerialThread
  private let connection: ClientConnection

  /// - Parameter timeout: how long a request tries to connect to a program that is starting.
  package init(socketPath: String, timeout: Duration = .seconds(10)) throws(SystemCallError) {
    thread = try SerialThread("dataplane")
    connection = ClientConnection(path: socketPath, timeout: timeout)
  }

  /// Applies all changes or none. When it returns, they are in effect and on disk.
  ///
  /// - Throws: ``DataPlaneRejection``; `EngineError` with code `unavailable` when the program cannot be reached.
  package func apply(_ changes: [DataPlaneChange]) async throws {
    guard !changes.isEmpty else { return }
    try await expectDone(.apply(changes))
  }

  /// Replaces the whole table. Unchanged entries are not disturbed. The program retries unavailable ports every few
  /// seconds and leaves out sandboxes without a namespace; see ``DataPlaneStatus/problems``.
  package func replace(_ table: DataPlaneTable) async throws {
    try await expectDone(.replace(table.changes))
  }

  package func status() async throws -> DataPlaneStatus {
    guard case .status(let status) = try await ask(.status) else { throw unexpected() }
    return status
  }

  private func expectDone(_ request: ControlRequest) async throws {
    switch try await ask(request) {
    case .done: return
    case .refused(let reasons): throw DataPlaneRejection(reasons: reasons)
    case .status: throw unexpected()
    }
  }

  private func ask(_ request: ControlRequest) async throws -> ControlReply {
    let connection = connection
    return try await thread.run { try connection.ask(request) }
  }

  private func unexpected() -> EngineError {
    EngineError(.system, "unexpected reply from the data plane")
  }
}

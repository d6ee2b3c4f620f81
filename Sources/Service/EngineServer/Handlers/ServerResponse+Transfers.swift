internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

extension ServerResponse {
  /// The progress of a transfer, one line for each event; an error is the last line. The transfer is cancelled when the
  /// client disconnects.
  static func transfer(_ work: @escaping @Sendable (@escaping TransferEventHandler) async throws -> Void)
    -> ServerResponse
  {
    ServerResponse(
      .ok, headers: ["Content-Type": "application/json"],
      body: .stream { writer in
        let (events, continuation) = AsyncStream.makeStream(of: TransferEvent.self)
        let outcome = Task { () -> EngineError? in
          defer { continuation.finish() }
          do {
            try await work { continuation.yield($0) }
            return nil
          } catch {
            return engineError(error)
          }
        }
        try await withTaskCancellationHandler {
          for await event in events { try await writer.line(Wire.ProgressMessage(event)) }
          // The transfer must end before this returns, also when the client disconnected.
          if let error = await outcome.value { try await writer.line(Wire.ProgressMessage(error: error.description)) }
        } onCancel: {
          outcome.cancel()
        }
      })
  }
}

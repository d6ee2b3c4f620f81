internal import EngineAPI
internal import EngineModel
internal import Images
internal import NIOHTTP1

extension ServerResponse {
  /// What is told of a transfer, a line each, as it is told; an error is the last line. The work is cancelled when
  /// the client goes.
  static func transfer(_ work: @escaping @Sendable (@escaping TransferReport) async throws -> Void) -> ServerResponse {
    ServerResponse(
      .ok, headers: ["Content-Type": "application/json"],
      body: .stream { writer in
        let (events, told) = AsyncStream.makeStream(of: TransferEvent.self)
        let outcome = Task { () -> EngineError? in
          defer { told.finish() }
          do {
            try await work { told.yield($0) }
            return nil
          } catch {
            return engineError(error)
          }
        }
        try await withTaskCancellationHandler {
          for await event in events { try await writer.line(Wire.ProgressMessage(event)) }
          // A client that has gone is no reason not to wait for the end of what it began.
          if let error = await outcome.value { try await writer.line(Wire.ProgressMessage(error: error.description)) }
        } onCancel: {
          outcome.cancel()
        }
      })
  }
}

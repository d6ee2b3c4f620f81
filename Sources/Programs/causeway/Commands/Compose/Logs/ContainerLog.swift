import Compose
import EngineAPI
import EngineClient

/// Prints one container's output as it arrives.
struct ContainerLog: Sendable {
  let engine: EngineSession
  let container: ObservedContainer
  let printer: LogPrinter

  /// - Parameter query: the query of `GET /containers/{id}/logs`.
  func show(_ query: EngineSession.Query) async throws {
    let inspected: Wire.ContainerInspect = try await engine.get("/containers/\(container.id)/json")
    let name = container.shortName
    var frames = StreamFrameDecoder()
    let chunks = try await engine.stream(
      .get, "/containers/\(container.id)/logs", [("stdout", "1"), ("stderr", "1")] + query)
    for try await chunk in chunks {
      guard !inspected.Config.Tty else {
        printer.print(chunk, of: name)
        continue
      }
      for piece in try frames.decode(chunk) { printer.print(piece.bytes, of: name) }
    }
    printer.finish(name)
  }
}

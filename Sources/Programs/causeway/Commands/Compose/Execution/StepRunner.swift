import Compose
import EngineAPI
import EngineClient

/// Runs one step of a plan.
struct StepRunner: Sendable {
  let engine: EngineSession
  let step: Step
  let interruption: Interruption?

  private var name: String { step.subject }

  func run() async throws {
    switch step.action {
    case .createNetwork(let body):
      let made: Wire.NetworkCreateResponse = try await engine.post("/networks/create", body: body)
      if !made.Warning.isEmpty { Descriptor.error.write("WARN: \(made.Warning)\n") }
    case .removeNetwork(let id): try await ignoring(404) { try await engine.delete("/networks/\(id)") }
    case .createVolume(let body): let _: Wire.Volume = try await engine.post("/volumes/create", body: body)
    case .removeVolume: try await ignoring(404) { try await engine.delete("/volumes/\(name)") }
    case .createContainer(let creation):
      try await ContainerCreator(engine: engine, name: name, creation: creation).createOrReplace()
    case .keep: return
    case .start(let hooks):
      try await engine.post("/containers/\(name)/start")
      try await run(hooks, named: "post_start")
    case .restart(let timeout): try await engine.post("/containers/\(name)/restart", Self.query(timeout))
    case .stop(let timeout, let hooks):
      try await ignoring(404) {
        try await run(hooks, named: "pre_stop")
        try await engine.post("/containers/\(name)/stop", Self.query(timeout))
      }
    case .kill(let signal):
      try await ignoring(409) { try await engine.post("/containers/\(name)/kill", [("signal", signal)]) }
    case .pause: try await engine.post("/containers/\(name)/pause")
    case .unpause: try await engine.post("/containers/\(name)/unpause")
    case .remove(let volumes, let force):
      try await ignoring(404) {
        try await engine.delete("/containers/\(name)", [("v", volumes ? "1" : "0"), ("force", force ? "1" : "0")])
      }
    case .await(let condition, let isRequired):
      try await DependencyWait(engine: engine, name: name, interruption: interruption)
        .wait(condition, isRequired: isRequired)
    case .removeImage: try await ignoring(404) { try await engine.delete("/images/\(name)") }
    }
  }

  /// Runs `work` and ignores the given status: an object that no longer exists needs no removal.
  private func ignoring(_ status: Int, _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let response as EngineErrorResponse where response.status == status {
      return
    }
  }

  static func query(_ timeout: Int?) -> EngineSession.Query { timeout.map { [("t", String($0))] } ?? [] }

  private func run(_ hooks: [Wire.ExecCreateBody], named kind: String) async throws {
    for hook in hooks {
      let made: Wire.IdentifierResponse = try await engine.post("/containers/\(name)/exec", body: hook)
      let stream = try await engine.hijack("/exec/\(made.Id)/start", body: Wire.ExecStartBody())
      var frames = StreamFrameDecoder()
      var text: [UInt8] = []
      for try await chunk in stream.output { for piece in try frames.decode(chunk) { text += piece.bytes } }
      let result: Wire.ExecInspect = try await engine.get("/exec/\(made.Id)/json")
      guard let code = result.ExitCode, code != 0 else { continue }
      throw CommandFailure(
        "\(kind) hook of \(name) exited with status \(code): \(String(decoding: text, as: UTF8.self))")
    }
  }
}

import EngineAPI
import EngineClient

/// Runs a container in the foreground: create, attach and wait, then start. Attach and wait run before the start, so
/// that no output and no early exit is missed. They run concurrently to save a round trip.
struct ForegroundRun: Sendable {
  let invocation: Invocation
  let body: Wire.ContainerCreateBody
  /// Creates the container and returns its id.
  let create: @Sendable (Wire.ContainerCreateBody) async throws -> String

  func run() async throws -> Int32 {
    let options = invocation.options
    let engine = invocation.engine
    // Reports invalid detach keys before the container is created.
    _ = try invocation.detachKeys()
    let id = try await create(body)
    let path = "/containers/\(id)"
    let config = body.Config
    let attaches = config.AttachStdin || config.AttachStdout || config.AttachStderr

    async let waiting = beginWait(path)
    var session: TerminalSession?
    if attaches {
      session = try await TerminalSession.attach(
        to: path, for: invocation, stdin: config.AttachStdin, stdout: config.AttachStdout, stderr: config.AttachStderr,
        isTerminal: config.Tty)
    }
    let wait = try await waiting

    let terminal = session?.prepareTerminal()
    defer { terminal?.restore() }
    do {
      try await engine.post("\(path)/start")
    } catch {
      await session?.stream.close()
      throw error
    }
    let signals = SignalForwarding(
      engine: engine, path: path, forwardsSignals: options.flag("sig-proxy"), resizes: config.Tty
    ).start()
    defer { signals.cancel() }
    if !attaches { invocation.printLine(id) }
    if let session, try await session.run() == .detached { return 0 }
    let result = try await wait.result()
    if let error = result.Error, !error.Message.isEmpty {
      invocation.printError("Error waiting for container: \(error.Message)")
      return 125
    }
    return Int32(truncatingIfNeeded: result.StatusCode)
  }

  private func beginWait(_ path: String) async throws -> PendingWait {
    let condition = body.HostConfig.AutoRemove ? "removed" : "next-exit"
    return PendingWait(
      chunks: try await invocation.engine.stream(.post, "\(path)/wait", [("condition", condition)]))
  }
}

import EngineAPI
import EngineClient

extension Command {
  static var containerStart: Command {
    Command(
      "container start", "start", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      summary: "Start one or more stopped containers",
      options: [
        .flag("attach", "a", "Attach STDOUT/STDERR and forward signals"),
        .text("checkpoint", nil, "Restore from this checkpoint"),
        .text("checkpoint-dir", nil, "Use a custom checkpoint storage directory"),
        .text("detach-keys", nil, "Override the key sequence for detaching a container"),
        .flag("interactive", "i", "Attach container's STDIN"), .plan,
      ],
      arguments: .atLeast(1), passesSignals: { !$0.flag("plan") && ($0.flag("attach") || $0.flag("interactive")) }
    ) { invocation in
      let options = invocation.options
      if options.flag("plan") {
        return try await invocation.forEach(invocation.arguments) { name in
          try await invocation.showPlan(.post, invocation.path("containers", name, "/start"))
        }
      }
      guard options.flag("attach") || options.flag("interactive") else {
        return try await startAll(invocation)
      }
      guard options.arguments.count == 1 else {
        throw UsageError.value("you cannot start and attach multiple containers at once")
      }
      return try await startAttached(invocation)
    }
  }

  private static func startAll(_ invocation: Invocation) async throws -> Int32 {
    var failed: [String] = []
    for name in invocation.arguments {
      do {
        try await invocation.engine.post(invocation.path("containers", name, "/start"), checkpoint(invocation.options))
        invocation.printLine(name)
      } catch let response as EngineErrorResponse {
        invocation.printError(await invocation.errorText(for: response))
        failed.append(name)
      }
    }
    guard !failed.isEmpty else { return 0 }
    invocation.printError("Error: failed to start containers: \(failed.joined(separator: ", "))")
    return 1
  }

  private static func checkpoint(_ options: ParsedOptions) -> EngineSession.Query {
    ["checkpoint", "checkpoint-dir"].compactMap { name in options.text(name).map { (name, $0) } }
  }

  private static func startAttached(_ invocation: Invocation) async throws -> Int32 {
    let options = invocation.options
    let engine = invocation.engine
    let container: Wire.ContainerInspect = try await engine.get(
      invocation.path("containers", options.arguments[0], "/json"))
    let path = "/containers/\(container.Id)"
    let sendsInput = options.flag("interactive") && container.Config.OpenStdin
    let condition = container.HostConfig.AutoRemove ? "removed" : "next-exit"
    async let waiting = engine.stream(.post, "\(path)/wait", [("condition", condition)])
    let session = try await TerminalSession.attach(
      to: path, for: invocation, stdin: sendsInput, isTerminal: container.Config.Tty)
    let wait = PendingWait(chunks: try await waiting)
    let terminal = session.prepareTerminal()
    defer { terminal?.restore() }
    try await engine.post("\(path)/start", checkpoint(options))
    let signals = SignalForwarding(
      engine: engine, path: path, forwardsSignals: !container.Config.Tty, resizes: container.Config.Tty
    ).start()
    defer { signals.cancel() }
    guard try await session.run() == .ended else { return 0 }
    return Int32(truncatingIfNeeded: try await wait.result().StatusCode)
  }
}

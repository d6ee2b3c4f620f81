import EngineAPI
import EngineClient

extension Command {
  static var run: Command {
    Command(
      "container run", "run", usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
      summary: "Create and run a new container from an image",
      options: ContainerOptions.specifications + [
        .flag("detach", "d", "Run container in background and print container ID"),
        .text("detach-keys", nil, "Override the key sequence for detaching a container"),
        .flag("sig-proxy", nil, "Proxy received signals to the process", default: true),
      ],
      arguments: .atLeast(1), order: .optionsFirst, failureCode: 125,
      passesSignals: { !$0.flag("detach") && !$0.flag("plan") && ($0.flag("sig-proxy") || $0.flag("tty")) }
    ) { invocation in
      let creation = ContainerCreation(invocation: invocation)
      var body = try creation.body()
      if invocation.options.flag("plan") {
        try await creation.printPlan(body)
        return 0
      }
      guard !invocation.options.flag("detach") else {
        guard !invocation.options.isSet("attach") else {
          invocation.complain("conflicting options: cannot specify both --attach and --detach")
          throw ExitCode(1)
        }
        body.Config.AttachStdin = false
        body.Config.AttachStdout = false
        body.Config.AttachStderr = false
        body.Config.StdinOnce = false
        let id = try await creation.create(body)
        try await invocation.engine.post("/containers/\(id)/start")
        invocation.say(id)
        return 0
      }
      try creation.checkTerminal(attachesInput: body.Config.AttachStdin)
      return try await ForegroundRun(invocation: invocation, body: body) { try await creation.create($0) }.run()
    }
  }
}

/// A container in the foreground: create, attach and wait, then start. Attaching and waiting begin before the start, so
/// that not a byte of output and no early end is missed, and side by side, so that they cost one round trip.
struct ForegroundRun: Sendable {
  let invocation: Invocation
  let body: Wire.ContainerCreateBody
  /// Makes the container and gives its id.
  let create: @Sendable (Wire.ContainerCreateBody) async throws -> String

  func run() async throws -> Int32 {
    let options = invocation.options
    let engine = invocation.engine
    let detachKeys = try DetachKeys(invocation.detachKeys ?? "")
    let id = try await create(body)
    let path = "/containers/\(id)"
    let config = body.Config
    let attaches = config.AttachStdin || config.AttachStdout || config.AttachStderr

    async let waiting = beginWait(path)
    var conversation: ProgramConversation?
    if attaches {
      let query = Attachment.query(
        stdin: config.AttachStdin, stdout: config.AttachStdout, stderr: config.AttachStderr,
        detachKeys: invocation.detachKeys)
      conversation = ProgramConversation(
        line: try await engine.hijack("\(path)/attach", query),
        isTerminal: config.Tty, sendsInput: config.AttachStdin, detachKeys: detachKeys)
    }
    let wait = try await waiting

    let terminal = conversation?.prepareTerminal()
    defer { terminal?.restore() }
    do {
      try await engine.post("\(path)/start")
    } catch {
      await conversation?.line.close()
      throw error
    }
    let signals = SignalForwarding(
      engine: engine, path: path, forwardsSignals: options.flag("sig-proxy"), resizes: config.Tty
    ).begin()
    defer { signals.cancel() }
    if !attaches { invocation.say(id) }
    if let conversation, try await conversation.run() == .detached { return 0 }
    let result = try await wait.result()
    if let error = result.Error, !error.Message.isEmpty {
      invocation.complain("Error waiting for container: \(error.Message)")
      return 125
    }
    return Int32(truncatingIfNeeded: result.StatusCode)
  }

  private func beginWait(_ path: String) async throws -> ContainerWaiting {
    let condition = body.HostConfig.AutoRemove ? "removed" : "next-exit"
    return ContainerWaiting(
      chunks: try await invocation.engine.stream(.post, "\(path)/wait", [("condition", condition)]))
  }
}

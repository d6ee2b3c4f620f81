import EngineAPI
import EngineClient

extension Command {
  static var containerAttach: Command {
    Command(
      "container attach", "attach", usage: "[OPTIONS] CONTAINER",
      summary: "Attach local standard input, output, and error streams to a running container",
      options: [
        .text("detach-keys", nil, "Override the key sequence for detaching a container"),
        .flag("no-stdin", nil, "Do not attach STDIN"),
        .flag("sig-proxy", nil, "Proxy all received signals to the process", default: true),
      ],
      arguments: .exactly(1), passesSignals: { $0.flag("sig-proxy") }
    ) { invocation in
      let options = invocation.options
      let engine = invocation.engine
      let container: Wire.ContainerInspect = try await engine.get(
        invocation.path("containers", invocation.arguments[0], "/json"))
      guard container.State.Running else {
        throw CommandFailure("cannot attach to a stopped container, start it first")
      }
      guard !container.State.Paused else {
        throw CommandFailure("cannot attach to a paused container, unpause it first")
      }
      guard !container.State.Restarting else {
        throw CommandFailure("cannot attach to a restarting container, wait until it is running")
      }
      let path = "/containers/\(container.Id)"
      let sendsInput = !options.flag("no-stdin") && container.Config.OpenStdin
      if container.Config.Tty, sendsInput, !Descriptor.input.isTerminal {
        throw CommandFailure("the input device is not a TTY")
      }
      async let waiting = engine.stream(.post, "\(path)/wait", [("condition", "not-running")])
      let session = try await TerminalSession.attach(
        to: path, for: invocation, stdin: sendsInput, isTerminal: container.Config.Tty)
      let wait = PendingWait(chunks: try await waiting)
      let terminal = session.prepareTerminal()
      defer { terminal?.restore() }
      let signals = SignalForwarding(
        engine: engine, path: path, forwardsSignals: options.flag("sig-proxy") && !container.Config.Tty,
        resizes: container.Config.Tty
      ).start()
      defer { signals.cancel() }
      guard try await session.run() == .ended else {
        terminal?.restore()
        invocation.printError("read escape sequence")
        return 1
      }
      return Int32(truncatingIfNeeded: try await wait.result().StatusCode)
    }
  }
}

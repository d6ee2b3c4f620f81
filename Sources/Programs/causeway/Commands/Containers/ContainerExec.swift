import EngineAPI
import EngineClient

extension Command {
  static var containerExec: Command {
    Command(
      "container exec", "exec", usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
      summary: "Execute a command in a running container",
      options: [
        .flag("detach", "d", "Detached mode: run command in the background"),
        .text("detach-keys", nil, "Override the key sequence for detaching a container"),
        .list("env", "e", "Set environment variables"),
        .list("env-file", nil, "Read in a file of environment variables"),
        .flag("interactive", "i", "Keep STDIN open even if not attached"),
        .flag("privileged", nil, "Give extended privileges to the command"),
        .flag("tty", "t", "Allocate a pseudo-TTY"),
        .text("user", "u", "Username or UID (format: \"<name|uid>[:<group|gid>]\")"),
        .text("workdir", "w", "Working directory inside the container"),
      ],
      arguments: .atLeast(2), order: .optionsFirst, passesSignals: { $0.flag("tty") && !$0.flag("detach") }
    ) { invocation in
      let options = invocation.options
      let engine = invocation.engine
      let body = try description(invocation)
      if body.Tty, body.AttachStdin, !Descriptor.input.isTerminal {
        throw CommandFailure("the input device is not a TTY")
      }
      let made: Wire.IdentifierResponse = try await engine.post(
        invocation.path("containers", invocation.arguments[0], "/exec"), body: body)
      let path = "/exec/\(made.Id)"
      var start = Wire.ExecStartBody()
      start.Detach = options.flag("detach")
      start.Tty = body.Tty
      start.ConsoleSize = body.ConsoleSize
      guard !start.Detach else {
        try await engine.post("\(path)/start", body: start)
        return 0
      }
      let session = TerminalSession(
        stream: try await engine.hijack("\(path)/start", body: start),
        isTerminal: body.Tty, sendsInput: body.AttachStdin,
        detachKeys: try invocation.detachKeys())
      let terminal = session.prepareTerminal()
      defer { terminal?.restore() }
      let signals = SignalForwarding(engine: engine, path: path, forwardsSignals: false, resizes: body.Tty).start()
      defer { signals.cancel() }
      guard try await session.run() == .ended else { return 0 }
      let result: Wire.ExecInspect = try await engine.get("\(path)/json")
      return Int32(truncatingIfNeeded: result.ExitCode ?? 0)
    }
  }

  private static func description(_ invocation: Invocation) throws -> Wire.ExecCreateBody {
    let options = invocation.options
    var body = Wire.ExecCreateBody()
    body.Cmd = Wire.Words(Array(options.arguments.dropFirst()))
    body.User = options.text("user") ?? ""
    body.Privileged = options.flag("privileged")
    body.Tty = options.flag("tty")
    body.WorkingDir = options.text("workdir") ?? ""
    body.DetachKeys = invocation.detachKeysText ?? ""
    body.Detach = options.flag("detach")
    body.AttachStdout = !body.Detach
    body.AttachStderr = !body.Detach
    body.AttachStdin = !body.Detach && options.flag("interactive")
    var environment: [String] = []
    for file in options.all("env-file") {
      environment += try EnvironmentFile.parse(
        String(decoding: try LocalFile.read(file), as: UTF8.self), file: file, environment: Invocation.environment)
    }
    environment += try EnvironmentFile.variables(options.all("env"), environment: Invocation.environment)
    body.Env = environment
    if body.Tty { body.ConsoleSize = Descriptor.output.size.map { [$0.height, $0.width] } }
    return body
  }
}

import EngineAPI
import EngineClient

extension Command {
  static var containerRun: Command {
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
          invocation.printError("conflicting options: cannot specify both --attach and --detach")
          throw ExitCode(1)
        }
        body.Config.AttachStdin = false
        body.Config.AttachStdout = false
        body.Config.AttachStderr = false
        body.Config.StdinOnce = false
        let id = try await creation.create(body)
        try await invocation.engine.post("/containers/\(id)/start")
        invocation.printLine(id)
        return 0
      }
      try creation.checkTerminal(attachesInput: body.Config.AttachStdin)
      return try await ForegroundRun(invocation: invocation, body: body) { try await creation.create($0) }.run()
    }
  }
}

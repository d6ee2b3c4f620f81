import Compose

extension ComposeCommand {
  static var attach: ComposeCommand {
    ComposeCommand(
      "attach", usage: "[OPTIONS] SERVICE",
      summary: "Attach local standard input, output, and error streams to a service's running container",
      options: Command.containerAttach.options + [.containerIndex], arguments: .exactly(1), takesSignals: true
    ) { compose in
      let options = compose.options
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      var arguments = ["--sig-proxy=\(options.flag("sig-proxy"))"]
      if options.flag("no-stdin") { arguments.append("--no-stdin") }
      if let keys = options.text("detach-keys") { arguments.append("--detach-keys=\(keys)") }
      return try await compose.run(.containerAttach, arguments + [container.id])
    }
  }
}

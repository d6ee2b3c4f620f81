import Compose

extension ComposeCommand {
  static var exec: ComposeCommand {
    ComposeCommand(
      "exec", usage: "[OPTIONS] SERVICE COMMAND [ARGS...]", summary: "Execute a command in a running container",
      options: [
        .flag("detach", "d", "Detached mode: Run command in the background"),
        .list("env", "e", "Set environment variables", type: "stringArray"),
        .containerIndex,
        .flag("no-TTY", "T", "Disable pseudo-TTY allocation. By default 'docker compose exec' allocates a TTY."),
        .flag("privileged", nil, "Give extended privileges to the process"),
        .text("user", "u", "Run the command as this user"),
        .text("workdir", "w", "Path to workdir directory for this command"),
        OptionSpecification(
          "interactive", "i", .flag(default: true), "Keep STDIN open even if not attached", hidden: true),
        OptionSpecification("tty", "t", .flag(default: true), "Allocate a pseudo-TTY", hidden: true),
      ],
      arguments: .atLeast(2), order: .optionsFirst, takesSignals: true
    ) { compose in
      let options = compose.options
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      var arguments: [String] = []
      for flag in ["detach", "privileged"] where options.flag(flag) { arguments.append("--\(flag)") }
      if options.flag("interactive") { arguments.append("--interactive") }
      if !options.flag("no-TTY"), options.flag("tty"), Descriptor.input.isTerminal, Descriptor.output.isTerminal {
        arguments.append("--tty")
      }
      for text in options.all("env") { arguments.append("--env=\(text)") }
      for option in ["user", "workdir"] {
        if let text = options.text(option) { arguments.append("--\(option)=\(text)") }
      }
      return try await compose.run(.containerExec, arguments + [container.id] + compose.arguments.dropFirst())
    }
  }
}

import Compose

extension ComposeCommand {
  static var run: ComposeCommand {
    ComposeCommand(
      "run", usage: "[OPTIONS] SERVICE [COMMAND] [ARGS...]", summary: "Run a one-off command on a service",
      options: [
        .flag("build", nil, "Build image before starting container"),
        .list("cap-add", nil, "Add Linux capabilities"),
        .list("cap-drop", nil, "Drop Linux capabilities"),
        .flag("detach", "d", "Run container in background and print container ID"),
        .text("entrypoint", nil, "Override the entrypoint of the image"),
        .list("env", "e", "Set environment variables", type: "stringArray"),
        .flag("interactive", "i", "Keep STDIN open even if not attached", default: true),
        .list("label", "l", "Add or override a label", type: "stringArray"),
        .text("name", nil, "Assign a name to the container"),
        .flag("no-TTY", "T", "Disable pseudo-TTY allocation (default: auto-detected)"),
        .flag("no-deps", nil, "Don't start linked services"),
        .list("publish", "p", "Publish a container's port(s) to the host", type: "stringArray"),
        .text("pull", nil, "Pull image before running (\"always\"|\"missing\"|\"never\")", default: "policy"),
        .flag("quiet-pull", nil, "Pull without printing progress information"),
        .removeOrphans,
        .flag("rm", nil, "Automatically remove the container when it exits"),
        .flag("service-ports", "P", "Run command with all service's ports enabled and mapped to the host"),
        .flag("use-aliases", nil, "Use the service's network useAliases in the network(s) the container connects to"),
        .text("user", "u", "Run as specified username or uid"),
        .list("volume", "v", "Bind mount a volume", type: "stringArray"),
        .text("workdir", "w", "Working directory inside the container"),
        OptionSpecification("tty", "t", .flag(default: true), "Allocate a pseudo-TTY", hidden: true),
        OptionSpecification(
          "sig-proxy", nil, .flag(default: true), "Proxy received signals to the process", hidden: true),
        OptionSpecification(
          "detach-keys", nil, .text(), "Override the key sequence for detaching a container", hidden: true),
      ],
      arguments: .atLeast(1), order: .optionsFirst, takesSignals: true
    ) { compose in
      var project = try compose.project()
      let name = compose.arguments[0]
      try project.activate(services: [name])
      let oneOff = OneOffContainer(compose: compose, project: project)
      guard let service = try oneOff.service(name) else { throw CommandFailure("no such service: \(name)") }
      try await oneOff.prepare(service)
      return try await oneOff.run(service)
    }
  }
}

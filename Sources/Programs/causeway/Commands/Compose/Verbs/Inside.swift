import Compose
import EngineAPI
import EngineClient

/// Commands about one container of a service, done by the command of the same name for containers.
extension ComposeCommand {
  static var exec: ComposeCommand {
    ComposeCommand(
      "exec", usage: "[OPTIONS] SERVICE COMMAND [ARGS...]", summary: "Execute a command in a running container",
      options: [
        .flag("detach", "d", "Detached mode: Run command in the background"),
        .list("env", "e", "Set environment variables", type: "stringArray"),
        .integer("index", nil, "Index of the container if service has multiple replicas"),
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
      var words: [String] = []
      for flag in ["detach", "privileged"] where options.flag(flag) { words.append("--\(flag)") }
      if options.flag("interactive") { words.append("--interactive") }
      if !options.flag("no-TTY"), options.flag("tty"), Descriptor.input.isTerminal, Descriptor.output.isTerminal {
        words.append("--tty")
      }
      for text in options.all("env") { words.append("--env=\(text)") }
      for option in ["user", "workdir"] { if let text = options.text(option) { words.append("--\(option)=\(text)") } }
      return try await compose.run(.exec, words + [container.id] + compose.arguments.dropFirst())
    }
  }

  static var port: ComposeCommand {
    ComposeCommand(
      "port", usage: "[OPTIONS] SERVICE PRIVATE_PORT", summary: "Print the public port for a port binding",
      options: [
        .integer("index", nil, "Index of the container if service has multiple replicas"),
        .text("protocol", nil, "tcp or udp", default: "\"tcp\""),
      ], arguments: .exactly(2)
    ) { compose in
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      let port = "\(compose.arguments[1])/\(compose.options.text("protocol") ?? "tcp")"
      let inspected: Wire.ContainerInspect = try await compose.engine.get("/containers/\(container.id)/json")
      guard let binding = (inspected.NetworkSettings.Ports[port] ?? nil)?.first else {
        throw CommandFailure("no port \(port) for container \(container.name)")
      }
      let host = binding.HostIp.contains(":") ? "[\(binding.HostIp)]" : binding.HostIp
      compose.invocation.say("\(host):\(binding.HostPort)")
      return 0
    }
  }

  static var top: ComposeCommand {
    ComposeCommand("top", usage: "[SERVICES...]", summary: "Display the running processes") { compose in
      let (name, project) = try compose.projectByName()
      var lines: [String] = []
      for container in try await compose.chosenContainers(name, project).filter(\.isRunning).sorted(by: {
        $0.name < $1.name
      }) {
        let top: Wire.Top = try await compose.engine.get("/containers/\(container.id)/top")
        if lines.isEmpty { lines.append((["SERVICE", "#"] + top.Titles).joined(separator: "\t")) }
        for process in top.Processes {
          lines.append(([container.service, String(container.number)] + process).joined(separator: "\t"))
        }
      }
      Descriptor.output.write(Table.aligned(lines, minimumWidth: 0))
      return 0
    }
  }

  static var copy: ComposeCommand {
    ComposeCommand(
      "cp", usage: "[OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n  SRC_PATH|- SERVICE:DEST_PATH",
      summary: "Copy files/folders between a service container and the local filesystem",
      options: [
        .flag("archive", "a", "Archive mode (copy all uid/gid information)"),
        .flag("follow-link", "L", "Always follow symbol link in SRC_PATH"),
        .integer("index", nil, "Index of the container if service has multiple replicas"),
      ], arguments: .exactly(2)
    ) { compose in
      let (name, _) = try compose.projectByName()
      var words: [String] = []
      for flag in ["archive", "follow-link"] where compose.options.flag(flag) { words.append("--\(flag)") }
      for argument in compose.arguments {
        guard let colon = argument.firstIndex(of: ":"), !argument[..<colon].contains("/"), argument.first != "." else {
          words.append(argument)
          continue
        }
        let container = try await compose.container(of: String(argument[..<colon]), name)
        words.append(container.name + argument[colon...])
      }
      return try await compose.run(.copy, words)
    }
  }

  static var wait: ComposeCommand {
    ComposeCommand(
      "wait", usage: "SERVICE [SERVICE...] [OPTIONS]",
      summary: "Block until containers of all (or specified) services stop.",
      options: [.flag("down-project", nil, "Drops project when the first container stops")], arguments: .atLeast(1)
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project)
      guard !containers.isEmpty else { throw CommandFailure("no containers for project \"\(name)\"") }
      let stopsAtFirst = compose.options.flag("down-project")
      let code = try await withThrowingTaskGroup(of: (String, Int64).self) { group in
        for container in containers {
          group.addTask {
            let waiting = ContainerWaiting(
              chunks: try await compose.engine.stream(
                .post, "/containers/\(container.id)/wait", [("condition", "not-running")]))
            return (container.name, try await waiting.result().StatusCode)
          }
        }
        var last: Int64 = 0
        while let (container, code) = try await group.next() {
          compose.invocation.say("container \(quoted(container)) exited with status code \(code)")
          last = code
          if stopsAtFirst {
            group.cancelAll()
            break
          }
        }
        return last
      }
      if stopsAtFirst {
        try await compose.carryOut(
          DownPlanner(name: name, project: project, state: try await compose.state(name)).planned())
      }
      return Int32(truncatingIfNeeded: code)
    }
  }
}

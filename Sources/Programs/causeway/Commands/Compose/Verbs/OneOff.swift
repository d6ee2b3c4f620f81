import JSON
import Compose
import EngineAPI
import Glibc

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
        .flag("remove-orphans", nil, "Remove containers for services not defined in the Compose file"),
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
      let oneOff = OneOff(compose: compose, project: project)
      guard let service = try oneOff.service(name) else { throw CommandFailure("no such service: \(name)") }
      try await oneOff.prepare(service)
      return try await oneOff.run(service)
    }
  }
}

/// A container of a service that is none of its own: `compose run`.
private struct OneOff: Sendable {
  let compose: ComposeInvocation
  let project: Project

  private var options: ParsedOptions { compose.options }

  /// The service as the options change it.
  func service(_ name: String) throws -> Service? {
    guard let service = project.service(name) else { return nil }
    var override = "services:\n  \(YAMLWriter.scalar(name)):\n"
    func add(_ key: String, _ value: JSONValue) { override += "    \(key): \(value.compactText)\n" }
    func words(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    if compose.arguments.count > 1 { add("command", words(Array(compose.arguments.dropFirst()))) }
    if let entrypoint = options.text("entrypoint") {
      add("entrypoint", entrypoint.isEmpty ? .array([.string("")]) : .string(entrypoint))
      if compose.arguments.count == 1 { override += "    command: !reset null\n" }
    }
    if !options.all("env").isEmpty {
      add(
        "environment",
        words(
          options.all("env").map { text in
            text.contains("=") ? text : project.environment[text].map { "\(text)=\($0)" } ?? text
          }))
    }
    if !options.all("label").isEmpty { add("labels", words(options.all("label"))) }
    for (option, key) in [("user", "user"), ("workdir", "working_dir")] {
      if let text = options.text(option) { add(key, .string(text)) }
    }
    for (option, key) in [("cap-add", "cap_add"), ("cap-drop", "cap_drop")] where !options.all(option).isEmpty {
      add(key, words(options.all(option)))
    }
    if !options.all("volume").isEmpty { add("volumes", words(options.all("volume"))) }
    if !options.flag("service-ports") { override += "    ports: !reset null\n" }
    var node = try service.node.overridden(by: override, service: name, directory: Invocation.workingDirectory)
    if !options.all("publish").isEmpty {
      let ports = "services:\n  \(YAMLWriter.scalar(name)):\n    ports: \(words(options.all("publish")).compactText)\n"
      node = try node.overridden(by: ports, service: name, directory: Invocation.workingDirectory)
    }
    // A name is unique, and one more container runs once.
    for key in ["container_name", "restart", "scale"] { node[key] = nil }
    return Service(name: name, node: node)
  }

  func prepare(_ service: Service) async throws {
    var preparation = ImagePreparation(invocation: compose, project: project)
    preparation.builds = options.flag("build")
    preparation.policy = options.text("pull").flatMap { $0 == "policy" ? nil : $0 }
    preparation.isQuiet = options.flag("quiet-pull")
    let dependencies = options.flag("no-deps") ? [] : service.dependencies.map(\.service)
    let needed = dependencies.isEmpty ? [] : try UpPlanner.selected(dependencies, of: project)
    try await preparation.prepare(needed + [service])
    let state = try await compose.state(project.name, images: needed.map { $0.image(in: project.name) })
    var planner = UpPlanner(project: project, state: state)
    planner.services = dependencies
    planner.removesOrphans = options.flag("remove-orphans")
    var plan = try planner.prepared(for: service, withDependencies: !dependencies.isEmpty)
    plan.warnings.removeAll { $0.hasPrefix("Found orphan") }
    try await compose.carryOut(plan)
  }

  func run(_ service: Service) async throws -> Int32 {
    guard !compose.isDryRun else { return 0 }
    var container = ServiceContainer(project: project, service: service, number: 1)
    container.isOneOff = true
    container.usesAliases = options.flag("use-aliases")
    let slug = Self.slug()
    let name = options.text("name") ?? "\(project.name)-\(service.name)-run-\(slug.prefix(12))"
    container.chosenName = name
    container.imageID = try await ImageIdentities(engine: compose.engine).of([service.image(in: project.name)]).values
      .first
    var body = try container.body()
    body.Config.Labels?[ComposeLabel.slug] = slug
    let isDetached = options.flag("detach")
    let isTerminal =
      !isDetached && !options.flag("no-TTY") && options.flag("tty") && Descriptor.input.isTerminal
      && Descriptor.output.isTerminal
    body.Config.Tty = isDetached ? body.Config.Tty : isTerminal
    body.HostConfig.AutoRemove = options.flag("rm")
    let files = container.injectedFiles
    let creation = Step.Creation(body: body, platform: service.node["platform"]?.text, files: files)
    guard !isDetached else {
      let id = try await ContainerMaking(engine: compose.engine, name: name, creation: creation).made()
      try await compose.engine.post("/containers/\(id)/start")
      compose.invocation.say(name)
      return 0
    }
    body.Config.OpenStdin = options.flag("interactive")
    body.Config.AttachStdin = options.flag("interactive")
    body.Config.StdinOnce = body.Config.AttachStdin
    let engine = compose.engine
    return try await ForegroundRun(invocation: compose.invocation, body: body) { body in
      try await ContainerMaking(
        engine: engine, name: name, creation: Step.Creation(body: body, platform: creation.platform, files: files)
      ).made()
    }.run()
  }

  /// 64 hexadecimal digits, by which one-off containers differ.
  private static func slug() -> String {
    (0..<32).map { _ in
      let byte = UInt8.random(in: 0...255)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

import JSON
import Compose
import EngineAPI
import Glibc

/// The container that `compose run` creates for one command.
struct OneOffContainer: Sendable {
  let compose: ComposeInvocation
  let project: Project

  private var options: ParsedOptions { compose.options }

  /// The service with the command's options applied.
  func service(_ name: String) throws -> Service? {
    guard let service = project.service(name) else { return nil }
    var override = "services:\n  \(YAMLWriter.scalar(name)):\n"
    func add(_ key: String, _ value: JSONValue) { override += "    \(key): \(value.compactText)\n" }
    func list(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    if compose.arguments.count > 1 { add("command", list(Array(compose.arguments.dropFirst()))) }
    if let entrypoint = options.text("entrypoint") {
      add("entrypoint", entrypoint.isEmpty ? .array([.string("")]) : .string(entrypoint))
      if compose.arguments.count == 1 { override += "    command: !reset null\n" }
    }
    if !options.all("env").isEmpty {
      add(
        "environment",
        list(
          options.all("env").map { text in
            text.contains("=") ? text : project.environment[text].map { "\(text)=\($0)" } ?? text
          }))
    }
    if !options.all("label").isEmpty { add("labels", list(options.all("label"))) }
    for (option, key) in [("user", "user"), ("workdir", "working_dir")] {
      if let text = options.text(option) { add(key, .string(text)) }
    }
    for (option, key) in [("cap-add", "cap_add"), ("cap-drop", "cap_drop")] where !options.all(option).isEmpty {
      add(key, list(options.all(option)))
    }
    if !options.all("volume").isEmpty { add("volumes", list(options.all("volume"))) }
    if !options.flag("service-ports") { override += "    ports: !reset null\n" }
    var node = try service.node.overridden(by: override, service: name, directory: Invocation.workingDirectory)
    if !options.all("publish").isEmpty {
      let ports = "services:\n  \(YAMLWriter.scalar(name)):\n    ports: \(list(options.all("publish")).compactText)\n"
      node = try node.overridden(by: ports, service: name, directory: Invocation.workingDirectory)
    }
    // A container name is unique, and a one-off container neither restarts nor scales.
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
    planner.reportsOrphans = false
    try await compose.execute(planner.planForOneOff(service, withDependencies: !dependencies.isEmpty))
  }

  func run(_ service: Service) async throws -> Int32 {
    guard !compose.isDryRun else { return 0 }
    var container = ServiceContainer(project: project, service: service, number: 1)
    container.isOneOff = true
    container.usesAliases = options.flag("use-aliases")
    let slug = Self.slug()
    let name = options.text("name") ?? "\(project.name)-\(service.name)-run-\(slug.prefix(12))"
    container.customName = name
    container.imageID = try await ImageIDs(engine: compose.engine).find([service.image(in: project.name)]).values
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
      let id = try await ContainerCreator(engine: compose.engine, name: name, creation: creation).create()
      try await compose.engine.post("/containers/\(id)/start")
      compose.invocation.printLine(name)
      return 0
    }
    body.Config.OpenStdin = options.flag("interactive")
    body.Config.AttachStdin = options.flag("interactive")
    body.Config.StdinOnce = body.Config.AttachStdin
    let engine = compose.engine
    return try await ForegroundRun(invocation: compose.invocation, body: body) { body in
      try await ContainerCreator(
        engine: engine, name: name, creation: Step.Creation(body: body, platform: creation.platform, files: files)
      ).create()
    }.run()
  }

  /// 64 random hexadecimal digits that distinguish one-off containers.
  private static func slug() -> String {
    (0..<32).map { _ in
      let byte = UInt8.random(in: 0...255)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

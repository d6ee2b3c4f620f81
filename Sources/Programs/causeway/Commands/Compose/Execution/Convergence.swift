import Compose
import EngineAPI

/// Makes the engine's containers, networks and volumes equal to what a project's files describe.
struct Convergence: Sendable {
  let compose: ComposeInvocation
  let project: Project
  let services: [String]
  var images: ImagePreparation
  var recreation = UpPlanner.Recreation.differing
  var recreatesDependencies = false
  var leavesDependencies = false
  var removesOrphans = false
  var renewsAnonymousVolumes = false
  /// Seconds that a container has to stop; `nil` for the container's own timeout.
  var timeout: Int?

  /// The options that `up` and `create` share.
  static let specifications: [OptionSpecification] = [
    .flag("always-recreate-deps", nil, "Recreate dependent containers. Incompatible with --no-recreate"),
    .flag("build", nil, "Build images before starting containers"),
    .flag("force-recreate", nil, "Recreate containers even if their configuration and image haven't changed"),
    .flag("no-build", nil, "Don't build an image, even if it's policy"),
    .flag("no-recreate", nil, "If containers already exist, don't recreate them. Incompatible with --force-recreate"),
    .text("pull", nil, "Pull image before running (\"always\"|\"missing\"|\"never\"|\"build\")", default: "policy"),
    .flag("quiet-pull", nil, "Pull without printing progress information"),
    .removeOrphans,
    .flag(
      "renew-anon-volumes", "V", "Recreate anonymous volumes instead of retrieving data from the previous containers"),
    .list(
      "scale", nil, "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present",
      type: "scale"),
    .integer(
      "timeout", "t",
      "Use this timeout in seconds for container shutdown when attached or when containers are already running"),
    .flag("yes", "y", "Assume \"yes\" as answer to all prompts"),
  ]

  init(compose: ComposeInvocation, project: Project, services: [String]) {
    self.compose = compose
    self.project = project
    self.services = services
    images = ImagePreparation(invocation: compose, project: project)
  }

  /// Reads the options that `up` and `create` share (``specifications``).
  init(compose: ComposeInvocation, project: inout Project) throws {
    let options = compose.options
    for text in options.all("scale") { try Self.scale(text, &project) }
    try project.activate(services: compose.arguments)
    guard !(options.flag("force-recreate") && options.flag("no-recreate")) else {
      throw CommandFailure("--force-recreate and --no-recreate are incompatible")
    }
    guard !(options.flag("build") && options.flag("no-build")) else {
      throw CommandFailure("--build and --no-build are incompatible")
    }
    if let policy = options.text("pull"), !["always", "missing", "never", "build", "policy"].contains(policy) {
      throw CommandFailure("invalid --pull option \(policy.quoted): one of always, missing, never, build")
    }
    self.init(compose: compose, project: project, services: compose.arguments)
    images.builds = options.flag("build")
    images.neverBuilds = options.flag("no-build")
    images.policy = options.text("pull").flatMap { $0 == "policy" ? nil : $0 }
    images.isQuiet = options.flag("quiet-pull")
    recreation = options.flag("force-recreate") ? .always : options.flag("no-recreate") ? .never : .differing
    recreatesDependencies = options.flag("always-recreate-deps")
    removesOrphans =
      options.flag("remove-orphans")
      || Invocation.environment("COMPOSE_REMOVE_ORPHANS").flatMap(ParsedOptions.boolean) == true
    renewsAnonymousVolumes = options.flag("renew-anon-volumes")
    timeout = compose.timeout
  }

  /// `web=3`.
  static func scale(_ text: String, _ project: inout Project) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let count = Int(parts[1]), (0...10_000).contains(count) else {
      throw CommandFailure("invalid --scale option \(text.quoted). Should be SERVICE=NUM")
    }
    guard project.service(parts[0]) != nil else { throw CommandFailure("no such service: \(parts[0])") }
    project.scales[parts[0]] = count
  }

  /// - Parameter starts: whether the containers are also started.
  func converge(starts: Bool) async throws {
    let selected = try UpPlanner.selected(services, of: project, leavesDependencies: leavesDependencies)
    // Validates every request before the first change.
    for service in selected {
      _ = try ServiceContainer(project: project, service: service, number: 1).body()
    }
    try await images.prepare(selected)
    let state = try await compose.state(project.name, images: selected.map { $0.image(in: project.name) })
    var planner = UpPlanner(project: project, state: state)
    planner.services = services
    planner.leavesDependencies = leavesDependencies
    planner.recreation = recreation
    planner.recreatesDependencies = recreatesDependencies
    planner.starts = starts
    planner.removesOrphans = removesOrphans
    planner.renewsAnonymousVolumes = renewsAnonymousVolumes
    planner.timeout = timeout
    planner.reportsOrphans = Invocation.environment("COMPOSE_IGNORE_ORPHANS").flatMap(ParsedOptions.boolean) != true
    try await compose.execute(planner.makePlan())
  }

  /// Lists the running containers after an interruption.
  func reportRunningContainers() async throws {
    let containers = try await compose.containers(project.name).filter { $0.isRunning }
    guard !containers.isEmpty else {
      compose.invocation.printError("Interrupted. No container of project \(project.name) is running.")
      return
    }
    compose.invocation.printError("Interrupted. These containers of project \(project.name) are running:")
    for container in containers.sorted(by: { $0.name < $1.name }) {
      compose.invocation.printError("  \(container.name)")
    }
    compose.invocation.printError("`\(compose.invocation.program) compose down` removes them.")
  }

  /// Implements `--wait`: waits until every service is running, and healthy if it has a health check.
  func waitUntilReady(seconds: Int?) async throws {
    let containers = try await compose.containers(project.name)
    let names = try UpPlanner.selected(services, of: project).map(\.name)
    let board = compose.progress
    board.begin("Waiting", steps: containers.count)
    defer { board.end() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for container in containers where names.contains(container.service) && !container.isOneOff {
        group.addTask {
          let inspected: Wire.ContainerInspect = try await compose.engine.get("/containers/\(container.id)/json")
          let checks =
            inspected.Config.Healthcheck?.Test.map { !$0.isEmpty && $0 != ["NONE"] } ?? (inspected.State.Health != nil)
          board.update("Container \(container.name)", "Waiting", isFinished: false)
          do {
            try await DependencyWait(engine: compose.engine, name: container.name, interruption: .current)
              .wait(checks ? .healthy : .started, isRequired: true)
          } catch {
            board.update("Container \(container.name)", "Error", isFinished: true, failed: true)
            throw error
          }
          board.update("Container \(container.name)", checks ? "Healthy" : "Running", isFinished: true)
        }
      }
      if let seconds {
        group.addTask {
          try await Task.sleep(for: .seconds(seconds))
          throw CommandFailure("application not healthy after \(seconds)s")
        }
      }
      var left = containers.count { names.contains($0.service) && !$0.isOneOff }
      while left > 0, try await group.next() != nil { left -= 1 }
      group.cancelAll()
    }
  }
}

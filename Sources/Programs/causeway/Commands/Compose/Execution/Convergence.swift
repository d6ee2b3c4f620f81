import Compose
import EngineAPI

/// Brings the engine to what a project describes.
struct Convergence: Sendable {
  let compose: ComposeInvocation
  let project: Project
  let services: [String]
  var recreation = UpPlanner.Recreation.differing
  var leavesDependencies = false

  init(compose: ComposeInvocation, project: Project, services: [String]) {
    self.compose = compose
    self.project = project
    self.services = services
  }

  /// With the options that `up` and `create` share.
  init(compose: ComposeInvocation, project: inout Project) throws {
    let options = compose.options
    for text in options.all("scale") { try Self.scale(text, &project) }
    try project.activate(services: compose.arguments)
    self.init(compose: compose, project: project, services: compose.arguments)
    guard !(options.flag("force-recreate") && options.flag("no-recreate")) else {
      throw CommandFailure("--force-recreate and --no-recreate are incompatible")
    }
    guard !(options.flag("build") && options.flag("no-build")) else {
      throw CommandFailure("--build and --no-build are incompatible")
    }
    if let policy = options.text("pull"), !["always", "missing", "never", "build", "policy"].contains(policy) {
      throw CommandFailure("invalid --pull option \(quoted(policy)): one of always, missing, never, build")
    }
    recreation = options.flag("force-recreate") ? .always : options.flag("no-recreate") ? .never : .differing
    leavesDependencies = compose.invocation.path.last == "up" && options.flag("no-deps")
  }

  /// `web=3`.
  static func scale(_ text: String, _ project: inout Project) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let count = Int(parts[1]), (0...10_000).contains(count) else {
      throw CommandFailure("invalid --scale option \(quoted(text)). Should be SERVICE=NUM")
    }
    guard project.service(parts[0]) != nil else { throw CommandFailure("no such service: \(parts[0])") }
    project.scales[parts[0]] = count
  }

  func converge(starts: Bool) async throws {
    let options = compose.options
    let hasOptions = compose.invocation.path.last != "scale"
    let selected = try UpPlanner.selected(services, of: project, leavesDependencies: leavesDependencies)
    // What the engine would refuse is found before anything is done.
    for service in selected {
      _ = try ServiceContainer(project: project, service: service, number: 1).body()
    }
    var preparation = ImagePreparation(invocation: compose, project: project)
    if hasOptions {
      preparation.builds = options.flag("build")
      preparation.neverBuilds = options.flag("no-build")
      preparation.policy = options.text("pull").flatMap { $0 == "policy" ? nil : $0 }
      preparation.isQuiet = options.flag("quiet-pull")
    }
    try await preparation.prepare(selected)
    let state = try await compose.state(project.name, images: selected.map { $0.image(in: project.name) })
    var planner = UpPlanner(project: project, state: state)
    planner.services = services
    planner.leavesDependencies = leavesDependencies
    planner.recreation = recreation
    planner.starts = starts
    if hasOptions {
      planner.recreatesDependencies = options.flag("always-recreate-deps")
      planner.removesOrphans =
        options.flag("remove-orphans")
        || Invocation.environment("COMPOSE_REMOVE_ORPHANS").flatMap(ParsedOptions.boolean) == true
      planner.renewsAnonymousVolumes = options.flag("renew-anon-volumes")
      planner.timeout = compose.timeout
    }
    var plan = try planner.planned()
    if Invocation.environment("COMPOSE_IGNORE_ORPHANS").flatMap(ParsedOptions.boolean) == true {
      plan.warnings.removeAll { $0.hasPrefix("Found orphan") }
    }
    try await compose.carryOut(plan)
  }

  /// After an interruption: what runs, so that nobody need search.
  func listWhatIsThere() async throws {
    let containers = try await compose.containers(project.name).filter { $0.isRunning }
    guard !containers.isEmpty else {
      compose.invocation.complain("Interrupted; nothing of project \(project.name) runs.")
      return
    }
    compose.invocation.complain("Interrupted. Of project \(project.name) these run:")
    for container in containers.sorted(by: { $0.name < $1.name }) { compose.invocation.complain("  \(container.name)") }
    compose.invocation.complain("`\(compose.invocation.program) compose down` removes them.")
  }

  /// `--wait`: until every service runs, and is healthy where it can be.
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
          board.update("Container \(container.name)", "Waiting", isOver: false)
          do {
            try await DependencyWait(engine: compose.engine, name: container.name, interruption: .current)
              .wait(checks ? .healthy : .started, isRequired: true)
          } catch {
            board.update("Container \(container.name)", "Error", isOver: true, failed: true)
            throw error
          }
          board.update("Container \(container.name)", checks ? "Healthy" : "Running", isOver: true)
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

import CLinux
import Compose
import EngineAPI
import Glibc

/// A call of a command below `compose`.
struct ComposeInvocation: Sendable {
  let invocation: Invocation
  /// The options before the command's name.
  let globals: ParsedOptions

  var options: ParsedOptions { invocation.options }
  var arguments: [String] { options.arguments }
  var engine: EngineSession { invocation.engine }
  var isDryRun: Bool { globals.flag("dry-run") }

  // MARK: The project

  private static let files = ProjectFiles { path in
    if path == "-" { return standardInput }
    var status = stat()
    guard stat(path, &status) == 0 else { return errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(reason) }
    guard status.st_mode & S_IFMT != S_IFDIR else { return .unreadable("is a directory") }
    return contents(of: path)
  }

  private static func contents(of path: String) -> ProjectFiles.Contents {
    do throws(CommandFailure) {
      return .bytes(try LocalFile.read(path))
    } catch {
      return .unreadable(error.message)
    }
  }

  private static var reason: String { String(cString: strerror(errno)).lowercased() }

  /// Standard input can be read only once, so the contents are kept.
  private static let standardInput = contents(of: "/dev/stdin")

  private static var environment: [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return result
  }

  private var request: ProjectRequest {
    var request = ProjectRequest(workingDirectory: Invocation.workingDirectory, environment: Self.environment)
    request.files = globals.all("file")
    request.directory = globals.text("project-directory")
    request.name = globals.text("project-name")
    request.profiles = globals.all("profile")
    request.environmentFiles = globals.all("env-file")
    return request
  }

  /// Loads the project and prints the warnings about its files.
  ///
  /// - Parameter quietly: whether warnings are left out.
  func project(quietly: Bool = false, interpolates: Bool = true) throws -> Project {
    var request = request
    request.interpolates = interpolates
    let (project, warnings) = try ProjectLoader.load(request, files: Self.files)
    if !quietly { for warning in warnings { warn(warning) } }
    return project
  }

  /// The project's name and the project. The project is `nil` when there is no file and `-p` names the project.
  func projectByName() throws -> (name: String, project: Project?) {
    let named = globals.text("project-name") ?? Invocation.environment("COMPOSE_PROJECT_NAME")
    do {
      let project = try project(quietly: named != nil)
      return (project.name, project)
    } catch let error as ComposeError {
      guard let named, globals.all("file").isEmpty, error.location == nil,
        error.message.hasPrefix("no configuration file")
      else { throw error }
      return (named, nil)
    }
  }

  /// The services that the arguments name, or all. With `--include-deps`, also the services that they depend on.
  func selectedServices() throws -> (Project, [Service]) {
    var project = try project()
    try project.activate(services: arguments)
    let services = try UpPlanner.selected(
      arguments, of: project, leavesDependencies: !arguments.isEmpty && !options.flag("include-deps"))
    return (project, services)
  }

  func warn(_ text: String) { invocation.printError("WARN: \(text)") }

  // MARK: The engine's side

  /// The engine's containers, networks, volumes and images that matter for a project.
  func state(_ name: String, images: [String] = []) async throws -> ProjectState {
    async let containers = containers(name)
    async let networks: [Wire.Network] = engine.get("/networks")
    async let volumes: Wire.VolumeList = engine.get("/volumes")
    var state = ProjectState()
    state.images = try await ImageIDs(engine: engine).find(images)
    state.containers = try await containers
    state.networks = Dictionary(try await networks.map { ($0.Name, $0) }, uniquingKeysWith: { $1 })
    state.volumes = Dictionary(try await volumes.Volumes.map { ($0.Name, $0) }, uniquingKeysWith: { $1 })
    return state
  }

  /// The project's containers as the engine lists them, one-off containers included.
  func summaries(_ name: String) async throws -> [Wire.ContainerSummary] {
    try await engine.get(
      "/containers/json",
      [("all", "1"), ("filters", FilterText.encode(["label": ["\(ComposeLabel.project)=\(name)"]]))])
  }

  func containers(_ name: String) async throws -> [ObservedContainer] {
    try await summaries(name).map { ObservedContainer($0) }
  }

  /// The containers of the services that the arguments name, or of all services.
  ///
  /// - Throws: ``CommandFailure`` when an argument names no service.
  func selectedContainers(_ name: String, _ project: Project?, withOneOffs: Bool = false) async throws
    -> [ObservedContainer]
  {
    let all = try await containers(name)
    for argument in arguments
    where project?.service(argument) == nil && !all.contains(where: { $0.service == argument }) {
      throw CommandFailure("no such service: \(argument)")
    }
    return all.filter { container in
      (arguments.isEmpty || arguments.contains(container.service)) && (withOneOffs || !container.isOneOff)
    }
  }

  /// The container of a service that `--index` selects; by default the first running one.
  func container(of service: String, _ name: String) async throws -> ObservedContainer {
    let index = options.integer("index").map(Int.init) ?? 0
    let own = try await containers(name).filter { $0.service == service && !$0.isOneOff }.sorted {
      $0.number < $1.number
    }
    guard let found = index == 0 ? own.first(where: \.isRunning) ?? own.first : own.first(where: { $0.number == index })
    else {
      throw CommandFailure(
        index == 0
          ? "service \"\(service)\" is not running" : "service \"\(service)\" has no container with index \(index)")
    }
    return found
  }

  // MARK: Doing

  var progress: ProgressBoard {
    let mode = globals.text("progress") ?? "auto"
    let ansi = globals.text("ansi") ?? Invocation.environment("COMPOSE_ANSI") ?? "auto"
    let isTerminal = mode == "tty" || (mode == "auto" && ansi != "never" && Descriptor.error.isTerminal)
    return ProgressBoard(mode: mode == "quiet" ? .quiet : isTerminal ? .terminal : .plain)
  }

  /// Runs a plan, or prints it with `--dry-run`.
  func execute(_ plan: Plan, title: String = "Running") async throws {
    for warning in plan.warnings { warn(warning) }
    guard !isDryRun else {
      for step in plan.steps { Descriptor.output.write("\(StepDescription(step).dryRunLine)\n") }
      return
    }
    let limit =
      globals.integer("parallel") ?? Invocation.environment("COMPOSE_PARALLEL_LIMIT").flatMap { Int64($0) } ?? -1
    let board = progress
    board.begin(title, steps: plan.steps.count)
    defer { board.end() }
    try await PlanExecutor(engine: engine, board: board, limit: limit < 1 ? Int.max : Int(limit)).run(plan)
  }

  /// Runs another command with these arguments.
  func run(_ command: Command, _ arguments: [String]) async throws -> Int32 {
    var called = invocation
    called.options = try OptionParser(command.options, order: command.order).parse(arguments)
    return try await command.run(called)
  }

  /// The value of `-t` in seconds.
  var timeout: Int? { options.integer("timeout").map { Int($0) } }
}

import JSON
import CLinux
import Compose
import EngineAPI
import EngineClient
import Glibc

/// Stays with a project after `up`: prints what its containers write until all have ended or the person has had enough.
final class ProjectFollower: Sendable {
  private let compose: ComposeInvocation
  private let project: Project
  private let printer: LogPrinter
  private let events: AsyncStream<Happening>
  private let happenings: AsyncStream<Happening>.Continuation
  /// What containers wrote before is not of interest.
  private let beginning: String

  private enum Happening: Sendable {
    case started(id: String, isKept: Bool)
    case died(id: String, code: Int32, moment: String)
    case logEnded(id: String)
    case signal(Int)
    case failed(String)
  }

  init(compose: ComposeInvocation, project: Project) {
    self.compose = compose
    self.project = project
    let ansi = compose.globals.text("ansi") ?? "auto"
    let isColoured =
      !compose.options.flag("no-color") && ansi != "never" && (ansi == "always" || Descriptor.output.isTerminal)
    printer = LogPrinter(isColoured: isColoured, hasPrefix: !compose.options.flag("no-log-prefix"))
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    beginning = Self.moment(Int64(now.tv_sec), Int64(now.tv_nsec))
    (events, happenings) = AsyncStream<Happening>.makeStream()
  }

  /// Listens from before the first container is started, so that nothing is missed.
  func begin() async throws {
    let name = project.name
    let filters = FilterText.encode([
      "type": ["container"], "event": ["start", "die"], "label": ["\(ComposeLabel.project)=\(name)"],
    ])
    let chunks = try await compose.engine.stream(.get, "/events", [("filters", filters)])
    for container in try await compose.containers(name) where container.isRunning && isFollowed(container.service) {
      printer.introduce(container.shortName)
      happenings.yield(.started(id: container.id, isKept: true))
    }
    Task { [happenings] in
      do {
        for try await value in JSONLines(chunks) {
          let event = try JSONDecoding.decode(Wire.Event.self, from: value)
          let attributes = event.Actor.Attributes
          guard attributes[ComposeLabel.oneOff] != "True" else { continue }
          switch event.Action {
          case "start": happenings.yield(.started(id: event.Actor.ID, isKept: false))
          case "die":
            happenings.yield(
              .died(
                id: event.Actor.ID, code: attributes["exitCode"].flatMap { Int32($0) } ?? 0,
                moment: Self.moment(event.time, event.timeNano % 1_000_000_000)))
          default: continue
          }
        }
        happenings.yield(.failed("the engine went away"))
      } catch {
        happenings.yield(.failed(Program.message(for: error)))
      }
    }
  }

  /// As the API takes it: seconds with a fraction.
  private static func moment(_ seconds: Int64, _ nanoseconds: Int64) -> String {
    let digits = String(nanoseconds)
    return "\(seconds).\(String(repeating: "0", count: max(0, 9 - digits.utf8.count)))\(digits)"
  }

  private func isFollowed(_ service: String) -> Bool {
    let options = compose.options
    if options.all("no-attach").contains(service) { return false }
    if !options.all("attach").isEmpty { return options.all("attach").contains(service) }
    if project.service(service)?.node["attach"]?.bool == false { return false }
    return compose.arguments.isEmpty || options.flag("attach-dependencies") || compose.arguments.contains(service)
  }

  /// - Returns: the exit code of the command.
  func run(until signals: ComposeSignals, up: Convergence) async throws -> Int32 {
    signals.onSignal { [happenings] count in happenings.yield(.signal(count)) }
    var known: [String: ObservedContainer] = [:]
    for container in try await compose.containers(project.name) where !container.isOneOff {
      known[container.id] = container
    }
    let followed = known.values.filter { isFollowed($0.service) }.sorted { $0.shortName < $1.shortName }
    for container in followed { printer.introduce(container.shortName) }
    compose.invocation.say("Attaching to \(followed.map(\.shortName).joined(separator: ", "))")
    // All were started: of those that have ended already the events are on their way.
    var alive = Set(followed.filter { $0.state != "created" }.map(\.id))
    guard !alive.isEmpty else { return 0 }
    var logs: [String: Int] = [:]
    var codes: [String: Int32] = [:]
    var since: [String: String] = [:]
    var reported: Set<String> = []
    var isStopping = false
    var exitCode: Int32 = 0
    for await happening in events {
      switch happening {
      case .started(let id, let isKept):
        if known[id] == nil {
          for container in try await compose.containers(project.name) where !container.isOneOff {
            known[container.id] = container
          }
        }
        guard let container = known[id], isFollowed(container.service) else { continue }
        alive.insert(id)
        reported.remove(id)
        codes[id] = nil
        logs[id, default: 0] += 1
        follow(container, isKept ? ("tail", "0") : ("since", since[id] ?? beginning))
      case .died(let id, let code, let moment):
        guard known[id] != nil, isFollowed(known[id]?.service ?? "") else { continue }
        codes[id] = code
        since[id] = moment
        if logs[id, default: 0] == 0 { happenings.yield(.logEnded(id: id)) }
      case .logEnded(let id):
        if logs[id, default: 0] > 0 { logs[id, default: 0] -= 1 }
        guard logs[id, default: 0] == 0, !reported.contains(id), let container = known[id] else { continue }
        guard let code = try await end(of: id, codes[id]) else { continue }
        reported.insert(id)
        printer.note("\(container.shortName) exited with code \(code)")
        guard try await !goesOn(id) else { continue }
        alive.remove(id)
        let isChosen = compose.options.text("exit-code-from").map { $0 == container.service }
        if isChosen == true { exitCode = code }
        if !isStopping, aborts(code, container, isChosen) {
          isStopping = true
          if isChosen == nil { exitCode = code }
          compose.invocation.complain("Aborting on container exit...")
          stop()
        }
      case .signal(let count):
        exitCode = 130
        isStopping = true
        if count == 1 {
          compose.invocation.complain("\nGracefully Stopping... press Ctrl+C again to force")
          stop()
        } else {
          kill()
        }
      case .failed(let message): throw CommandFailure(message)
      }
      guard !alive.isEmpty else { break }
    }
    return exitCode
  }

  private func aborts(_ code: Int32, _ container: ObservedContainer, _ isChosen: Bool?) -> Bool {
    if let isChosen { return isChosen || compose.options.flag("abort-on-container-exit") }
    return compose.options.flag("abort-on-container-exit")
      || (compose.options.flag("abort-on-container-failure") && code != 0)
  }

  /// The code it ended with; `nil` when it has not.
  private func end(of id: String, _ code: Int32?) async throws -> Int32? {
    if let code { return code }
    do {
      let container: Wire.ContainerInspect = try await compose.engine.get("/containers/\(id)/json")
      return container.State.Running && !container.State.Restarting
        ? nil : Int32(truncatingIfNeeded: container.State.ExitCode)
    } catch let refusal as EngineRefusal where refusal.status == 404 {
      return 0
    }
  }

  /// Whether the engine starts it again.
  private func goesOn(_ id: String) async throws -> Bool {
    do {
      let container: Wire.ContainerInspect = try await compose.engine.get("/containers/\(id)/json")
      return container.State.Running || container.State.Restarting
    } catch let refusal as EngineRefusal where refusal.status == 404 {
      return false
    }
  }

  private func follow(_ container: ObservedContainer, _ from: (name: String, value: String)) {
    printer.introduce(container.shortName)
    let timestamps = compose.options.flag("timestamps")
    Task { [compose, printer, happenings] in
      var query: EngineSession.Query = [("follow", "1"), from]
      if timestamps { query.append(("timestamps", "1")) }
      try? await ContainerLog(engine: compose.engine, container: container, printer: printer).show(query)
      happenings.yield(.logEnded(id: container.id))
    }
  }

  private func stop() {
    Task { [compose, project, happenings] in
      do {
        let containers = try await compose.containers(project.name).filter { !$0.isOneOff && $0.isRunning }
        let plan = ContainerOrder.stops(containers, project: project, timeout: compose.timeout)
        try await PlanExecutor(engine: compose.engine, board: compose.progress, limit: Int.max, interruption: nil).run(
          plan)
      } catch {
        happenings.yield(.failed(Program.message(for: error)))
      }
    }
  }

  private func kill() {
    Task { [compose, project] in
      let containers = (try? await compose.containers(project.name).filter { !$0.isOneOff && $0.isRunning }) ?? []
      let plan = ContainerOrder.all(containers, .kill(signal: "SIGKILL"))
      try? await PlanExecutor(engine: compose.engine, board: compose.progress, limit: Int.max, interruption: nil).run(
        plan)
    }
  }
}

import JSON
import CLinux
import Compose
import EngineAPI
import EngineClient
import EngineModel
import Glibc

/// Follows a project's containers after `up`: prints their output until all of them have exited or the user interrupts.
final class ProjectLogFollower: Sendable {
  private let compose: ComposeInvocation
  private let project: Project
  private let printer: LogPrinter
  private let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation
  /// The time of the start. Output from before is not shown.
  private let startTime: String

  private enum Event: Sendable {
    case started(id: String, isKept: Bool)
    case died(id: String, code: Int32, time: String)
    case logEnded(id: String)
    case signal(Int)
    case failed(String)
  }

  init(compose: ComposeInvocation, project: Project) {
    self.compose = compose
    self.project = project
    printer = LogPrinter(compose)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    startTime = TimeArgument.seconds(
      Timestamp(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)))
    (events, continuation) = AsyncStream<Event>.makeStream()
  }

  /// Subscribes to events before the first container starts, so that no event is missed.
  func begin() async throws {
    let name = project.name
    let filters = FilterText.encode([
      "type": ["container"], "event": ["start", "die"], "label": ["\(ComposeLabel.project)=\(name)"],
    ])
    let chunks = try await compose.engine.stream(.get, "/events", [("filters", filters)])
    for container in try await compose.containers(name) where container.isRunning && isFollowed(container.service) {
      printer.register(container.shortName)
      continuation.yield(.started(id: container.id, isKept: true))
    }
    Task { [continuation] in
      do {
        for try await value in JSONLines(chunks) {
          let event = try JSONDecoding.decode(Wire.Event.self, from: value)
          let attributes = event.Actor.Attributes
          guard attributes[ComposeLabel.oneOff] != "True" else { continue }
          switch event.Action {
          case "start": continuation.yield(.started(id: event.Actor.ID, isKept: false))
          case "die":
            continuation.yield(
              .died(
                id: event.Actor.ID, code: attributes["exitCode"].flatMap { Int32($0) } ?? 0,
                time: TimeArgument.seconds(Timestamp(nanoseconds: event.timeNano))))
          default: continue
          }
        }
        continuation.yield(.failed("the engine closed the event stream"))
      } catch {
        continuation.yield(.failed(Program.message(for: error)))
      }
    }
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
    signals.onSignal { [continuation] count in continuation.yield(.signal(count)) }
    var known: [String: ObservedContainer] = [:]
    for container in try await compose.containers(project.name) where !container.isOneOff {
      known[container.id] = container
    }
    let followed = known.values.filter { isFollowed($0.service) }.sorted { $0.shortName < $1.shortName }
    for container in followed { printer.register(container.shortName) }
    compose.invocation.printLine("Attaching to \(followed.map(\.shortName).joined(separator: ", "))")
    // `up` has started all containers. For those that already exited, the events are still in the stream.
    var alive = Set(followed.filter { $0.state != "created" }.map(\.id))
    guard !alive.isEmpty else { return 0 }
    var logs: [String: Int] = [:]
    var codes: [String: Int32] = [:]
    var since: [String: String] = [:]
    var reported: Set<String> = []
    var isStopping = false
    var exitCode: Int32 = 0
    for await event in events {
      switch event {
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
        follow(container, isKept ? ("tail", "0") : ("since", since[id] ?? startTime))
      case .died(let id, let code, let time):
        guard known[id] != nil, isFollowed(known[id]?.service ?? "") else { continue }
        codes[id] = code
        since[id] = time
        if logs[id, default: 0] == 0 { continuation.yield(.logEnded(id: id)) }
      case .logEnded(let id):
        if logs[id, default: 0] > 0 { logs[id, default: 0] -= 1 }
        guard logs[id, default: 0] == 0, !reported.contains(id), let container = known[id] else { continue }
        guard let code = try await end(of: id, codes[id]) else { continue }
        reported.insert(id)
        printer.printLine("\(container.shortName) exited with code \(code)")
        guard try await !restarts(id) else { continue }
        alive.remove(id)
        let isChosen = compose.options.text("exit-code-from").map { $0 == container.service }
        if isChosen == true { exitCode = code }
        if !isStopping, aborts(code, container, isChosen) {
          isStopping = true
          if isChosen == nil { exitCode = code }
          compose.invocation.printError("Aborting on container exit...")
          stop()
        }
      case .signal(let count):
        exitCode = 130
        isStopping = true
        if count == 1 {
          compose.invocation.printError("\nGracefully Stopping... press Ctrl+C again to force")
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

  /// The container's exit code; `nil` while it is running.
  private func end(of id: String, _ code: Int32?) async throws -> Int32? {
    if let code { return code }
    do {
      let container: Wire.ContainerInspect = try await compose.engine.get("/containers/\(id)/json")
      return container.State.Running && !container.State.Restarting
        ? nil : Int32(truncatingIfNeeded: container.State.ExitCode)
    } catch let response as EngineErrorResponse where response.status == 404 {
      return 0
    }
  }

  /// Whether the engine restarts the container.
  private func restarts(_ id: String) async throws -> Bool {
    do {
      let container: Wire.ContainerInspect = try await compose.engine.get("/containers/\(id)/json")
      return container.State.Running || container.State.Restarting
    } catch let response as EngineErrorResponse where response.status == 404 {
      return false
    }
  }

  private func follow(_ container: ObservedContainer, _ from: (name: String, value: String)) {
    printer.register(container.shortName)
    let timestamps = compose.options.flag("timestamps")
    Task { [compose, printer, continuation] in
      var query: EngineSession.Query = [("follow", "1"), from]
      if timestamps { query.append(("timestamps", "1")) }
      try? await ContainerLog(engine: compose.engine, container: container, printer: printer).show(query)
      continuation.yield(.logEnded(id: container.id))
    }
  }

  private func stop() {
    Task { [compose, project, continuation] in
      do {
        let containers = try await compose.containers(project.name).filter { !$0.isOneOff && $0.isRunning }
        let plan = Plan.stopping(containers, project: project, timeout: compose.timeout)
        try await PlanExecutor(engine: compose.engine, board: compose.progress, limit: Int.max, interruption: nil).run(
          plan)
      } catch {
        continuation.yield(.failed(Program.message(for: error)))
      }
    }
  }

  private func kill() {
    Task { [compose, project] in
      let containers = (try? await compose.containers(project.name).filter { !$0.isOneOff && $0.isRunning }) ?? []
      let plan = Plan.applying(to: containers, .kill(signal: "SIGKILL"))
      try? await PlanExecutor(engine: compose.engine, board: compose.progress, limit: Int.max, interruption: nil).run(
        plan)
    }
  }
}

import EngineModel

extension Engine {
  /// The container need not run yet: what it writes from its start on is then seen.
  public func attach(_ reference: String, _ request: AttachRequest) async throws -> AttachedStreams {
    let container = try state.container(reference)
    let id = container.id
    let parts = try parts
    if container.state.status == .paused {
      throw EngineError(
        .conflict, "container \(container.name) is paused, unpause the container before attach")
    }
    let isTerminal = container.configuration.tty
    let stdin = request.stdin && container.configuration.openStdin
    var streams: AttachedStreams
    if !request.stream {
      streams = AttachedStreams(
        isTerminal: isTerminal, output: NoOutput(), send: { _ in }, endInput: {}, leave: {})
    } else if lives[id]?.state.status == .running {
      streams = try parts.runtime.attach(id, terminal: isTerminal, stdin: stdin)
    } else {
      let attachment = PendingAttachment(stdin: stdin)
      pendingAttachments[id, default: []].append(attachment)
      streams = attachment.streams(isTerminal: isTerminal)
    }
    emit("attach", container)
    if request.logs, let past = try? await logs(of: container, LogRequest()) {
      streams = streams.preceded(by: past)
    }
    if isTerminal || (request.stdout && request.stderr) { return streams }
    return streams.only(request.stdout ? .stdout : request.stderr ? .stderr : .stdin)
  }

  /// Lines as they were written, with their times in front where asked for. `isTerminal` says whether to frame.
  public func logs(_ reference: String, _ request: LogRequest) async throws -> (
    isTerminal: Bool, output: OutputSequence
  ) {
    let container = try state.container(reference)
    guard request.stdout || request.stderr else {
      throw EngineError(.invalidParameter, "Bad parameters: you must choose at least one stream")
    }
    guard container.host.logConfiguration.driver != "none" else {
      throw EngineError(.notImplemented, "configured logging driver does not support reading")
    }
    return (container.configuration.tty, try await logs(of: container, request))
  }

  private func logs(of container: Container, _ request: LogRequest) async throws -> OutputSequence {
    var request = request
    if !container.state.isRunning { request.follow = false }
    return try await parts.runtime.logs(container, at: files(of: container.id).log, request)
  }

  public func createExec(_ reference: String, _ request: ExecRequest) async throws -> String {
    let container = try state.container(reference)
    guard !request.command.isEmpty else { throw EngineError(.invalidParameter, "No exec command specified") }
    switch lives[container.id]?.state.status {
    case .running: break
    case .paused:
      throw EngineError(
        .conflict, "Container \(container.name) is paused, unpause the container before exec")
    case .restarting:
      throw EngineError(
        .conflict, "Container \(container.id) is restarting, wait until the container is running")
    default: throw EngineError(.conflict, "container \(container.id) is not running")
    }
    let id = ContainerID.random().rawValue
    execs[id] = ExecView(id: id, container: container.id, request: request)
    execStarts[id] = Promise()
    emit(Self.execAction("exec_create", request), container, ["execID": id])
    return id
  }

  /// As Docker writes it: the program, a space, and its arguments.
  static func execAction(_ action: String, _ request: ExecRequest) -> String {
    "\(action): \(request.command.first ?? "") \(request.command.dropFirst().joined(separator: " "))"
  }

  /// A client let go of a container's streams with the keys for that.
  public func didDetach(from reference: String) {
    if let container = try? state.container(reference) { emit("detach", container) }
  }

  /// The same of an exec's streams.
  public func didDetach(fromExec id: String) {
    guard let exec = execs[id], let container = state.containers[exec.container] else { return }
    emit("exec_detach", container, ["execID": id])
  }

  /// - Parameters:
  ///   - detach: starts it and returns `nil`.
  ///   - tty: must agree with what was asked for when it was made.
  public func startExec(_ id: String, detach: Bool, tty: Bool, consoleHeight: Int = 0, consoleWidth: Int = 0)
    async throws -> AttachedStreams?
  {
    let parts = try parts
    var exec = try startableExec(id)
    let container = try record(exec.container)
    exec.hasStarted = true
    exec.isRunning = true
    if consoleHeight > 0, consoleWidth > 0 {
      exec.request.consoleHeight = consoleHeight
      exec.request.consoleWidth = consoleWidth
    }
    execs[id] = exec
    emit(Self.execAction("exec_start", exec.request), container, ["execID": id])
    defer { execStarts[id]?.keep(()) }
    do {
      let started = try await parts.runtime.execute(id, in: container, exec.request, detach: detach)
      execs[id]?.pid = started.pid
      execEnds[id] = Task { self.execEnded(id, (try? await started.exit()) ?? 255) }
      return started.streams
    } catch {
      let failure = Self.described("exec failed", error)
      execs[id]?.isRunning = false
      execs[id]?.exitCode = RuntimeExit.code(of: failure)
      throw failure
    }
  }

  /// Finds out whether an exec can be started now.
  ///
  /// - Throws: `notFound`, or `conflict` when it has run or its container does not run.
  @discardableResult
  public func startableExec(_ id: String) throws -> ExecView {
    let exec = try exec(id)
    guard !exec.hasStarted else {
      throw EngineError(.conflict, "exec command \(id) has already run")
    }
    guard lives[exec.container]?.state.status == .running else {
      throw EngineError(.conflict, "container \(exec.container) is not running")
    }
    return exec
  }

  private func execEnded(_ id: String, _ code: Int32) {
    guard let exec = execs[id] else { return }
    execs[id]?.isRunning = false
    execs[id]?.exitCode = code
    execs[id]?.pid = 0
    if let container = state.containers[exec.container] {
      emit("exec_die", container, ["execID": id, "exitCode": "\(code)"])
    }
    // Clients ask for the exit code right afterwards, and then never again.
    Task {
      try? await Task.sleep(for: .seconds(300))
      self.forgetExec(id)
    }
  }

  private func forgetExec(_ id: String) {
    execs[id] = nil
    execEnds[id] = nil
    execStarts[id] = nil
  }

  /// Returns when the end of an exec that was started is recorded: clients ask for its exit code as soon as its output
  /// has ended, which may be before that.
  public func waitForExec(_ id: String) async { await execEnds[id]?.value }

  public func exec(_ id: String) throws -> ExecView {
    guard let exec = execs[id] else { throw EngineError(.notFound, "No such exec instance: \(id)") }
    return exec
  }

  public func resizeExec(_ id: String, height: Int, width: Int) async throws {
    var exec = try exec(id)
    if !exec.hasStarted || exec.isRunning, let start = execStarts[id] {
      guard await start.value(within: .seconds(10)) != nil else {
        throw EngineError(.conflict, "timeout waiting for exec session ready")
      }
      exec = try self.exec(id)
    }
    guard exec.isRunning else { throw EngineError(.conflict, "exec command \(id) is not running") }
    try parts.runtime.resizeExec(id, in: exec.container, height: height, width: width)
  }
}

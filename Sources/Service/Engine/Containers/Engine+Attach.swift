import EngineModel

extension Engine {
  /// Attaches to a container's streams. A client may attach before the start, and then sees all output.
  package func attach(_ reference: String, _ request: AttachRequest) async throws -> AttachedStreams {
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
        isTerminal: isTerminal, output: NoOutput(), send: { _ in }, endInput: {}, detach: {})
    } else if container.state.status == .running {
      streams = try parts.runtime.attach(id, terminal: isTerminal, stdin: stdin)
    } else {
      streams = transient.attachments.add(id, stdin: stdin).proxy(isTerminal: isTerminal)
    }
    if request.stream {
      // A client that sees the end of the output asks for the exit code.
      let end = addWaiter(id, .run)
      streams = streams.ending(
        after: end.results, onLeave: { Task { await self.removeWaiter(id, end.number) } })
    }
    emit("attach", container)
    if request.logs, let past = try? await logs(of: container, LogRequest()) {
      streams = streams.preceded(by: past)
    }
    if isTerminal || (request.stdout && request.stderr) { return streams }
    return streams.only(request.stdout ? .stdout : request.stderr ? .stderr : .stdin)
  }

  /// The lines of a container's log. `isTerminal` says that the output needs no frames.
  package func logs(_ reference: String, _ request: LogRequest) async throws -> (
    isTerminal: Bool, output: OutputSequence
  ) {
    let container = try state.container(reference)
    guard request.stdout || request.stderr else {
      throw EngineError(.invalidParameter, "Bad parameters: you must choose at least one stream")
    }
    guard container.host.logConfiguration.driver != LogDriver.none.rawValue else {
      throw EngineError(.notImplemented, "configured logging driver does not support reading")
    }
    return (container.configuration.tty, try await logs(of: container, request))
  }

  private func logs(of container: Container, _ request: LogRequest) async throws -> OutputSequence {
    let parts = try parts
    let id = container.id
    let path = files(of: id).log
    var request = request
    if isStopped(container) { request.follow = false }
    guard request.follow else {
      // The client may have seen what the container wrote before, or its effects.
      if hasProcess(id) { try await parts.runtime.awaitLog(id, at: path) }
      return try await parts.runtime.logs(container, at: path, request)
    }
    guard request.until == nil, hasProcess(id) else {
      return try await parts.runtime.logs(container, at: path, request)
    }
    let end = addWaiter(id, .run).results
    return EndedOutput(whole: try await parts.runtime.logs(container, at: path, request), end: end)
  }

  /// A client detached from a container's streams with the detach keys.
  package func didDetach(from reference: String) {
    if let container = try? state.container(reference) { emit("detach", container) }
  }
}

import DataPlane
import EngineModel
import Glibc
import Logging
import Runtime
import StateStore

extension Engine {
  /// - Parameters:
  ///   - signal: `nil`: the container's own stop signal.
  ///   - timeout: seconds until SIGKILL; `nil`: the container's own; negative: no SIGKILL.
  /// - Throws: `notModified` when it does not run.
  package func stopContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    try await stop(try state.container(reference).id, signal: signal, timeout: timeout)
  }

  /// - Parameter restarts: the caller starts the container again.
  private func stop(_ id: ContainerID, signal: String?, timeout: Int?, restarts: Bool = false) async throws {
    let container = try record(id)
    let number = try SignalName.parse(signal ?? container.configuration.stopSignal ?? "SIGTERM")
    // A start that is under way completes first.
    let end = try await withLock(on: id) { () -> AsyncStream<WaitResult>? in
      guard try willStop(id) else {
        throw EngineError(.notModified, "the container is not running")
      }
      guard hasProcess(id) else { return nil }
      if restarts { transient.machines[id]?.beginRestart() }
      return try await sendEnding(number, to: id)
    }
    guard let end else { return }
    let seconds = timeout ?? container.configuration.stopTimeout ?? 10
    if await Self.first(of: end, within: seconds < 0 ? nil : .seconds(seconds)) == nil {
      try await kill(id, failing: "cannot stop container: \(id)")
    }
    if let container = state.containers[id] { emit("stop", container) }
  }

  /// Kills a container that runs, and returns when its end is recorded and its network and mounts are removed.
  ///
  /// - Parameter what: the beginning of the error's message.
  func kill(_ id: ContainerID, failing what: String) async throws {
    let end = try await withLock(on: id) { () -> AsyncStream<WaitResult>? in
      hasProcess(id) ? try await sendEnding(SIGKILL, to: id) : nil
    }
    guard let end, await Self.first(of: end, within: .seconds(10)) == nil else { return }
    throw EngineError(.system, "\(what): it did not end within 10 seconds of SIGKILL")
  }

  /// Sends a signal that ends the container. The caller must hold its lock: so the event of the signal comes before the
  /// one of the end.
  ///
  /// - Returns: yields when the container is at rest.
  private func sendEnding(_ signal: Int32, to id: ContainerID) async throws -> AsyncStream<WaitResult> {
    let end = addWaiter(id, .rest).results
    try parts.runtime.releaseOutput(id)
    try await send(signal, to: id)
    return end
  }

  /// Records that a user wants the container to end, so that its restart policy does not start it again.
  ///
  /// - Returns: `false` when there is nothing to stop.
  private func willStop(_ id: ContainerID) throws(EngineError) -> Bool {
    guard let container = state.containers[id], container.state.isRunning else { return false }
    let wasWaiting = try transition(id) { $0.willStop(&$1) }
    if wasWaiting {
      transient.restarts.cancel(id)
      transient.waits.resolve(id, WaitList.atRest, WaitResult(exitCode: container.state.exitCode))
    }
    return true
  }

  /// Sends a signal, and emits its event. A paused container is resumed, because a frozen process handles no signal. The
  /// caller must hold the container's lock.
  private func send(_ number: Int32, to id: ContainerID) async throws {
    let parts = try parts
    defer { if let container = state.containers[id] { emit("kill", container, ["signal": "\(number)"]) } }
    do {
      try await parts.runtime.signal(id, number)
    } catch let error as EngineError where error.code == .conflict {
      // The process has just ended; its exit report follows.
      return
    }
    guard state.containers[id]?.state.status == .paused else { return }
    do {
      try await resume(id, parts)
    } catch {
      // The signal may have ended it already.
      logger.debug("resuming \(id.short): \(error)")
    }
  }

  package func restartContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    let id = try state.container(reference).id
    do {
      defer { transient.machines[id]?.endRestart() }
      try await stop(id, signal: signal, timeout: timeout, restarts: true)
    } catch let error as EngineError where error.code == .notModified {}
    try await withLock(on: id) { try await start(id) }
    emit("restart", try record(id))
  }

  /// - Parameter signal: a name with or without `SIG`, or a number; empty: SIGKILL.
  package func killContainer(_ reference: String, signal: String = "") async throws {
    let number = try SignalName.parse(signal.isEmpty ? "SIGKILL" : signal)
    let container = try state.container(reference)
    let id = container.id
    let stopSignal = try SignalName.parse(container.configuration.stopSignal ?? "SIGTERM")
    let end = try await withLock(on: id) { () -> AsyncStream<WaitResult>? in
      guard let status = state.containers[id]?.state.status, status == .running || status == .paused else {
        throw EngineError(.conflict, "cannot kill container: \(reference): container \(id) is not running")
      }
      let ends = number == SIGKILL || number == stopSignal
      if ends || container.configuration.stopSignal == nil { _ = try willStop(id) }
      if ends { return try await sendEnding(number, to: id) }
      try await send(number, to: id)
      return nil
    }
    // Nothing can delay SIGKILL: a client that starts or removes the container next finds it ended.
    guard number == SIGKILL, let end, await Self.first(of: end, within: .seconds(10)) == nil else { return }
    throw EngineError(
      .system,
      "cannot kill container: \(reference): tried to kill container, but did not receive an exit event within 10 seconds"
    )
  }

  package func pauseContainer(_ reference: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    try await withLock(on: id) {
      guard let status = state.containers[id]?.state.status, status == .running || status == .paused else {
        throw EngineError(.conflict, "Container \(id) is not running")
      }
      guard status == .running else { throw EngineError(.conflict, "Container \(id) is already paused") }
      try await parts.runtime.pause(id)
      try transition(id) { $0.didPause(&$1) }
      emit("pause", try record(id))
    }
  }

  package func unpauseContainer(_ reference: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    try await withLock(on: id) {
      guard state.containers[id]?.state.status == .paused else {
        throw EngineError(.conflict, "Container \(id) is not paused")
      }
      try await resume(id, parts)
    }
  }

  private func resume(_ id: ContainerID, _ parts: Parts) async throws {
    try await parts.runtime.resume(id)
    guard state.containers[id]?.state.status == .paused else { return }
    try transition(id) { $0.didResume(&$1) }
    emit("unpause", try record(id))
  }

  /// Waits for an occasion until the stream is released.
  func addWaiter(
    _ id: ContainerID, _ occasion: WaitList.Occasion
  ) -> (number: UInt64, results: AsyncStream<WaitResult>) {
    transient.waits.add(id, occasion) { number in Task { await self.removeWaiter(id, number) } }
  }

  /// Begins a wait; see ``ContainerWait``.
  package func wait(_ reference: String, condition: WaitCondition = .notRunning) throws -> ContainerWait {
    let container = try state.container(reference)
    let id = container.id
    // A client expects the network and the mounts of an ended container to be free.
    if condition == .notRunning, isStopped(container) {
      let result = WaitResult(exitCode: container.state.exitCode)
      return ContainerWait { result }
    }
    let occasion: WaitList.Occasion =
      switch condition {
      // Also when the restart policy starts it again, as in Docker.
      case .notRunning, .nextExit: .exit
      case .removed: .removal
      }
    let stream = addWaiter(id, occasion).results
    return ContainerWait {
      guard let result = await stream.first(where: { _ in true }) else { throw CancellationError() }
      return result
    }
  }

  func removeWaiter(_ id: ContainerID, _ waiter: UInt64) { transient.waits.remove(id, waiter) }

  package func resizeContainer(_ reference: String, height: Int, width: Int) async throws {
    let container = try state.container(reference)
    guard container.state.isRunning else {
      throw EngineError(.conflict, "container \(container.id) is not running")
    }
    try parts.runtime.resize(container.id, height: height, width: width)
    emit("resize", container, ["height": "\(height)", "width": "\(width)"])
  }

  /// - Parameter arguments: for `ps`; empty: `-ef`.
  package func top(_ reference: String, arguments: String = "") async throws -> ProcessTable {
    let container = try state.container(reference)
    guard container.state.status == .running || container.state.status == .paused else {
      throw EngineError(.conflict, "Container \(container.id) is not running")
    }
    let pids = try await parts.runtime.processes(container.id)
    let table = try await ProcessListing(arguments: arguments).table(of: Set(pids))
    emit("top", container)
    return table
  }
}

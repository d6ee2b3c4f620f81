import DataPlane
import EngineModel
import Glibc
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

  private func stop(_ id: ContainerID, signal: String?, timeout: Int?) async throws {
    let parts = try parts
    let container = try record(id)
    let number = try SignalName.parse(signal ?? container.configuration.stopSignal ?? "SIGTERM")
    // A start that is under way completes first.
    await withLock(on: id) {}
    guard try willStop(id) else {
      throw EngineError(.notModified, "the container is not running")
    }
    guard hasProcess(id) else { return }
    let (waiter, stream) = transient.waits.add(id, .rest)
    defer { transient.waits.remove(id, waiter) }
    try await signalRunning(id, number, parts)
    emit("kill", container, ["signal": "\(number)"])
    let seconds = timeout ?? container.configuration.stopTimeout ?? 10
    if await Self.first(of: stream, within: seconds < 0 ? nil : .seconds(seconds)) == nil {
      // The timeout ended the first stream; the container may have ended since.
      let (waiter, stream) = transient.waits.add(id, .rest)
      defer { transient.waits.remove(id, waiter) }
      if hasProcess(id) {
        try? await parts.runtime.signal(id, SIGKILL)
        emit("kill", container, ["signal": "9"])
        guard await Self.first(of: stream, within: .seconds(10)) != nil else {
          throw EngineError(.system, "cannot stop container: \(id): it did not end within 10 seconds of SIGKILL")
        }
      }
    }
    if let container = state.containers[id] { emit("stop", container) }
  }

  /// Records that a user wants the container to end, so that its restart policy does not start it again.
  ///
  /// - Returns: `false` when there is nothing to stop.
  private func willStop(_ id: ContainerID) throws(EngineError) -> Bool {
    guard let container = state.containers[id], container.state.isRunning else { return false }
    let wasWaiting = try transition(id) { $0.willStop(&$1) }
    if wasWaiting {
      transient.restarts.cancel(id)
      transient.waits.resolve(id, [.rest], WaitResult(exitCode: container.state.exitCode))
    }
    return true
  }

  /// Sends a signal. A paused container is resumed, because a frozen process handles no signal.
  private func signalRunning(_ id: ContainerID, _ number: Int32, _ parts: Parts) async throws {
    do {
      try await parts.runtime.signal(id, number)
    } catch let error as EngineError where error.code == .conflict {
      // The process has just ended; its exit report follows.
      return
    }
    if state.containers[id]?.state.status == .paused { try await resume(id, parts) }
  }

  package func restartContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    let id = try state.container(reference).id
    do {
      try await stop(id, signal: signal, timeout: timeout)
    } catch let error as EngineError where error.code == .notModified {}
    try await withLock(on: id) { try await start(id) }
    emit("restart", try record(id))
  }

  /// - Parameter signal: a name with or without `SIG`, or a number; empty: SIGKILL.
  package func killContainer(_ reference: String, signal: String = "") async throws {
    let parts = try parts
    let number = try SignalName.parse(signal.isEmpty ? "SIGKILL" : signal)
    let container = try state.container(reference)
    let id = container.id
    await withLock(on: id) {}
    guard let status = state.containers[id]?.state.status, status == .running || status == .paused else {
      throw EngineError(.conflict, "cannot kill container: \(reference): container \(id) is not running")
    }
    let stopSignal = try SignalName.parse(container.configuration.stopSignal ?? "SIGTERM")
    if number == SIGKILL || number == stopSignal || container.configuration.stopSignal == nil { _ = try willStop(id) }
    try await signalRunning(id, number, parts)
    emit("kill", container, ["signal": "\(number)"])
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
      case .notRunning: .rest
      case .nextExit: .exit
      case .removed: .removal
      }
    let (waiter, stream) = transient.waits.add(id, occasion)
    return ContainerWait {
      let result = await stream.first { _ in true }
      await self.removeWaiter(id, waiter)
      guard let result else { throw CancellationError() }
      return result
    }
  }

  private func removeWaiter(_ id: ContainerID, _ waiter: UInt64) { transient.waits.remove(id, waiter) }

  package func resizeContainer(_ reference: String, height: Int, width: Int) async throws {
    let container = try state.container(reference)
    guard container.state.isRunning else {
      throw EngineError(.conflict, "cannot resize a stopped container: unknown")
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

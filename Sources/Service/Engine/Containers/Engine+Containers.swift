import DataPlane
import EngineModel
import Glibc
import Runtime
import StateStore

extension Engine {
  /// - Parameters:
  ///   - signal: `nil`: the container's own stop signal.
  ///   - timeout: seconds until SIGKILL; `nil`: the container's own; negative: without end.
  /// - Throws: `notModified` when it does not run.
  public func stopContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    try await stop(try state.container(reference).id, signal: signal, timeout: timeout)
  }

  private func stop(_ id: ContainerID, signal: String?, timeout: Int?) async throws {
    let parts = try parts
    let container = try record(id)
    let number = try SignalName.parse(signal ?? container.configuration.stopSignal ?? "SIGTERM")
    // One that is just being started is stopped once it runs.
    await alone(with: id) {}
    guard try willStop(id) else {
      throw EngineError(.notModified, "the container is not running")
    }
    guard lives[id]?.state.pid ?? 0 != 0 else { return }
    let (place, stream) = waits.add(id, .rest)
    defer { waits.leave(id, place) }
    try await signalRunning(id, number, parts)
    emit("kill", container, ["signal": "\(number)"])
    let seconds = timeout ?? container.configuration.stopTimeout ?? 10
    if await Self.first(of: stream, within: seconds < 0 ? nil : .seconds(seconds)) == nil {
      // The stream was given up with the first wait; the end may have come in between.
      let (place, stream) = waits.add(id, .rest)
      defer { waits.leave(id, place) }
      if lives[id]?.state.pid ?? 0 != 0 {
        try? await parts.runtime.signal(id, SIGKILL)
        emit("kill", container, ["signal": "9"])
        guard await Self.first(of: stream, within: .seconds(10)) != nil else {
          throw EngineError(.system, "cannot stop container: \(id): it did not end within 10 seconds of SIGKILL")
        }
      }
    }
    if let container = state.containers[id] { emit("stop", container) }
  }

  /// Notes that a person wants it to end, so that its policy leaves it alone.
  ///
  /// - Returns: `false` when there is nothing to stop.
  private func willStop(_ id: ContainerID) throws(EngineError) -> Bool {
    guard var life = lives[id], life.state.isRunning else { return false }
    let wasWaiting = life.willBeStopped()
    var container = try record(id)
    container.state = life.state
    try keep(container)
    lives[id] = life
    if wasWaiting {
      restarts.removeValue(forKey: id)?.cancel()
      waits.resolve(id, [.rest], WaitResult(exitCode: life.state.exitCode))
    }
    return true
  }

  /// A frozen process gets its signal when it is let go on.
  private func signalRunning(_ id: ContainerID, _ number: Int32, _ parts: Parts) async throws {
    do {
      try await parts.runtime.signal(id, number)
    } catch let error as EngineError where error.code == .conflict {
      // It ended by itself just now; its end is on the way.
      return
    }
    if lives[id]?.state.status == .paused { try await resume(id, parts) }
  }

  public func restartContainer(_ reference: String, signal: String? = nil, timeout: Int? = nil) async throws {
    let id = try state.container(reference).id
    do {
      try await stop(id, signal: signal, timeout: timeout)
    } catch let error as EngineError where error.code == .notModified {}
    try await alone(with: id) { try await launch(id) }
    emit("restart", try record(id))
  }

  /// - Parameter signal: a name with or without `SIG`, or a number; empty: SIGKILL.
  public func killContainer(_ reference: String, signal: String = "") async throws {
    let parts = try parts
    let number = try SignalName.parse(signal.isEmpty ? "SIGKILL" : signal)
    let container = try state.container(reference)
    let id = container.id
    await alone(with: id) {}
    guard let status = lives[id]?.state.status, status == .running || status == .paused else {
      throw EngineError(.conflict, "cannot kill container: \(reference): container \(id) is not running")
    }
    let stopSignal = try SignalName.parse(container.configuration.stopSignal ?? "SIGTERM")
    if number == SIGKILL || number == stopSignal || container.configuration.stopSignal == nil { _ = try willStop(id) }
    try await signalRunning(id, number, parts)
    emit("kill", container, ["signal": "\(number)"])
  }

  public func pauseContainer(_ reference: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    try await alone(with: id) {
      guard let status = lives[id]?.state.status, status == .running || status == .paused else {
        throw EngineError(.conflict, "Container \(id) is not running")
      }
      guard status == .running else { throw EngineError(.conflict, "Container \(id) is already paused") }
      try await parts.runtime.pause(id)
      lives[id]?.didPause()
      try keepLife(id)
      emit("pause", try record(id))
    }
  }

  public func unpauseContainer(_ reference: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    try await alone(with: id) {
      guard lives[id]?.state.status == .paused else {
        throw EngineError(.conflict, "Container \(id) is not paused")
      }
      try await resume(id, parts)
    }
  }

  private func resume(_ id: ContainerID, _ parts: Parts) async throws {
    try await parts.runtime.resume(id)
    guard lives[id]?.state.status == .paused else { return }
    lives[id]?.didResume()
    try keepLife(id)
    emit("unpause", try record(id))
  }

  /// Commits what a container's life has become.
  func keepLife(_ id: ContainerID) throws(EngineError) {
    guard let life = lives[id] else { return }
    var container = try record(id)
    container.state = life.state
    try keep(container)
  }

  /// Begins a wait; see ``ContainerWait``.
  public func wait(_ reference: String, condition: WaitCondition = .notRunning) throws -> ContainerWait {
    let container = try state.container(reference)
    let id = container.id
    // While what is around an ended process is taken down, the record still shows it running, and the code is not in it.
    if condition == .notRunning, !container.state.isRunning, lives[id]?.state.isRunning != true {
      let result = WaitResult(exitCode: container.state.exitCode)
      return ContainerWait { result }
    }
    let occasion: WaitList.Occasion =
      switch condition {
      case .notRunning: .rest
      case .nextExit: .exit
      case .removed: .removal
      }
    let (place, stream) = waits.add(id, occasion)
    return ContainerWait {
      let result = await stream.first { _ in true }
      await self.leaveWait(id, place)
      guard let result else { throw CancellationError() }
      return result
    }
  }

  private func leaveWait(_ id: ContainerID, _ place: UInt64) { waits.leave(id, place) }

  public func renameContainer(_ reference: String, to name: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    try await alone(with: id) {
      var container = try record(id)
      guard !name.isEmpty, name != "/" else {
        throw EngineError(.invalidParameter, "Neither old nor new names may be empty")
      }
      let new: String
      do throws(EngineError) {
        new = try ContainerName.check(name)
        if new != container.name { try requireFree(new) }
      } catch {
        throw EngineError(error.code, "Error when allocating new name: \(error.message)")
      }
      guard new != container.name else {
        throw EngineError(
          .invalidParameter, "Renaming a container with the same name as its current name")
      }
      let old = container
      container.name = new
      let linkers = linkers(following: old.name, to: new)
      try keep(container, with: linkers.map(StoreChange.putContainer))
      for linker in linkers { state.put(linker) }
      emit("rename", container, ["oldName": "/\(old.name)"])
      guard container.state.isRunning else { return }
      let changes = dataPlaneTable(of: old).changes(to: dataPlaneTable(of: container))
      if !changes.isEmpty { try await parts.dataPlane.apply(changes) }
      await republishEndpoints(of: container)
    }
  }

  public func resizeContainer(_ reference: String, height: Int, width: Int) async throws {
    let container = try state.container(reference)
    guard container.state.isRunning else {
      throw EngineError(.conflict, "cannot resize a stopped container: unknown")
    }
    try parts.runtime.resize(container.id, height: height, width: width)
    emit("resize", container, ["height": "\(height)", "width": "\(width)"])
  }

  /// - Parameter arguments: for `ps`; empty: `-ef`.
  public func top(_ reference: String, arguments: String = "") async throws -> ProcessTable {
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

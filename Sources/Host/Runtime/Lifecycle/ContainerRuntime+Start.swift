import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// Starts a created container's process.
  ///
  /// The process waits at the FIFO `exec.fifo` in its state folder: with runc until a reader opens it, with crun until
  /// a byte is written. `runc start` and `crun start` do only that and remove the FIFO, which makes the state
  /// `running`. Doing it here saves a process. For other runtimes this calls their `start`.
  ///
  /// Returns when the process executes the container's program: a signal that comes earlier would reach the OCI
  /// runtime, and be lost.
  package func start(_ id: String) async throws {
    let bundle = layout.bundle(id)
    try requireKnown(bundle)
    try await awaitEarlyAttachments(bundle)
    let fifo = "\(layout.runtimeState)/\(id)/exec.fifo"
    let program = ProgramWatch(bundle)
    let isStarted =
      switch try runtime(of: bundle).kind {
      case .runc: try await startProcess(reading: fifo, bundle)
      case .crun: try startProcess(writing: fifo, bundle)
      case .other: false
      }
    if !isStarted {
      let output = try await runRuntime(["start", id], for: bundle)
      guard output.status.isSuccess else {
        throw RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).engineError
      }
    }
    try SmallFile.write(bundle.started, [])
    await program?.execution()
  }

  /// - Returns: `false` without a FIFO.
  private func startProcess(reading path: String, _ bundle: RuntimeLayout.Bundle) async throws -> Bool {
    guard SmallFile.exists(path) else { return false }
    // Take the pidfd before opening the FIFO, which starts the process: a short process could have ended after that.
    guard let process = Self.processDescriptor(bundle) else { throw Self.endedEarly(bundle) }
    // With O_NONBLOCK, opening a FIFO for reading always succeeds.
    let number = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return false }
    let fifo = OwnedDescriptor(adopting: number)
    // If the process dies, nothing is ever written.
    try await withThrowingTaskGroup { group in
      group.addTask { try await ReadinessThread.shared.readable(fifo.number) }
      group.addTask { try await ProcessWatch.end(of: process) }
      try await group.next()
      group.cancelAll()
    }
    var byte: UInt8 = 0
    guard read(fifo.number, &byte, 1) == 1 else { throw Self.endedEarly(bundle) }
    unlink(path)
    return true
  }

  /// - Returns: `false` without a FIFO.
  private func startProcess(writing path: String, _ bundle: RuntimeLayout.Bundle) throws -> Bool {
    // The process has the FIFO open already: `crun create` returns after that.
    let number = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else {
      if errno == ENXIO { throw Self.endedEarly(bundle) }
      return false
    }
    let fifo = OwnedDescriptor(adopting: number)
    var byte: UInt8 = 0
    guard write(fifo.number, &byte, 1) == 1 else { throw Self.endedEarly(bundle) }
    unlink(path)
    return true
  }

  private static func endedEarly(_ bundle: RuntimeLayout.Bundle) -> EngineError {
    EngineError(.conflict, "container \(bundle.id) has ended before it was started")
  }

  func requireKnown(_ bundle: RuntimeLayout.Bundle) throws(EngineError) {
    guard SmallFile.exists(bundle.path) else {
      throw EngineError(.notFound, "No such container: \(bundle.id)")
    }
  }
}

import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// Lets a created container's process go.
  ///
  /// The process waits at the FIFO `exec.fifo` in its state folder: runc's until somebody opens it for reading, crun's
  /// until somebody writes to it. All that their `start` does is that, and removing the FIFO, which is what makes the
  /// state `running`. Doing it here saves a process. Of another runtime its own `start` is run.
  public func start(_ id: String) async throws {
    let bundle = layout.bundle(id)
    try requireKnown(bundle)
    try await settleAttachments(bundle)
    let fifo = "\(layout.runtimeState)/\(id)/exec.fifo"
    let isReleased =
      switch try runtime(of: bundle).kind {
      case .runc: try await release(reading: fifo, bundle)
      case .crun: try release(writing: fifo, bundle)
      case .other: false
      }
    if !isReleased {
      let output = try await runRuntime(["start", id], for: bundle)
      guard output.status.isSuccess else {
        throw RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).engineError
      }
    }
    try SmallFile.write(bundle.started, [])
  }

  /// - Returns: `false` when there is no FIFO.
  private func release(reading path: String, _ bundle: RuntimeLayout.Bundle) async throws -> Bool {
    guard SmallFile.exists(path) else { return false }
    // Before the FIFO is opened, which lets the process go: a short one would be over by then.
    guard let process = Self.processDescriptor(bundle) else { throw Self.endedEarly(bundle) }
    // Opening a FIFO for reading without waiting always succeeds.
    let number = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return false }
    let fifo = OwnedDescriptor(adopting: number)
    // If the process dies, nobody ever writes.
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

  /// - Returns: `false` when there is no FIFO.
  private func release(writing path: String, _ bundle: RuntimeLayout.Bundle) throws -> Bool {
    // The process has opened it already: the runtime's `create` returns after that.
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

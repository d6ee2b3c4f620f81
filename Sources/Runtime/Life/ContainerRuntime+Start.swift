import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// Lets a created container's process go.
  ///
  /// runc's process waits until somebody opens the FIFO `exec.fifo` in its state folder for reading; all that
  /// `runc start` does is that, and removing the FIFO, which is what makes the state `running`. Doing it here saves a
  /// process. Where there is no such FIFO (crun), the runtime's own `start` is run.
  public func start(_ id: String) async throws {
    let bundle = layout.bundle(id)
    try requireKnown(bundle)
    try await settleAttachments(bundle)
    let fifo = "\(layout.runtimeState)/\(id)/exec.fifo"
    if runtime.name.hasSuffix("runc"), try await release(fifo, bundle) {
      try SmallFile.write(bundle.started, [])
      return
    }
    let output = try await runRuntime(["start", id])
    guard output.status.isSuccess else {
      throw RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).engineError
    }
    try SmallFile.write(bundle.started, [])
  }

  /// - Returns: `false` when there is no FIFO.
  private func release(_ path: String, _ bundle: RuntimeLayout.Bundle) async throws -> Bool {
    guard SmallFile.exists(path) else { return false }
    // Before the FIFO is opened, which lets the process go: a short one would be over by then.
    guard let process = Self.processDescriptor(bundle) else {
      throw EngineError(.conflict, "container \(bundle.id) has ended before it was started")
    }
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
    guard read(fifo.number, &byte, 1) == 1 else {
      throw EngineError(.conflict, "container \(bundle.id) has ended before it was started")
    }
    unlink(path)
    return true
  }

  func requireKnown(_ bundle: RuntimeLayout.Bundle) throws(EngineError) {
    guard SmallFile.exists(bundle.path) else {
      throw EngineError(.notFound, "No such container: \(bundle.id)")
    }
  }
}

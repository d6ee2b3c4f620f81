import CLinux
import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// Sends a signal to a container's first process.
  ///
  /// - Throws: `conflict` if the container is not running.
  package func kill(_ id: String, signal: Int32) throws {
    let bundle = layout.bundle(id)
    guard let process = Self.processDescriptor(bundle) else {
      throw EngineError(.conflict, "container \(id) is not running")
    }
    try send(signal, to: process, bundle)
  }

  func send(_ signal: Int32, to process: OwnedDescriptor, _ bundle: RuntimeLayout.Bundle) throws {
    guard linux_pidfd_send_signal(process.number, signal) == 0 || errno == ESRCH else {
      throw SystemCallError.last("pidfd_send_signal", bundle.id)
    }
    // Under cgroup v1 SIGKILL ends a frozen process only after it is thawed.
    if signal == SIGKILL, let freezer = cgroups("\(layout.runtimeState)/\(bundle.id)")?["freezer"] {
      try? writeExistingFile("\(freezer)/freezer.state", "THAWED")
    }
  }

  /// Freezes all of a container's processes.
  package func pause(_ id: String) async throws {
    try await control("pause", id)
  }

  /// Resumes a paused container.
  package func resume(_ id: String) async throws {
    try await control("resume", id)
  }

  private func control(_ command: String, _ id: String) async throws {
    try requireKnown(layout.bundle(id))
    let output = try await runRuntime([command, id], for: layout.bundle(id))
    guard output.status.isSuccess else {
      let reason = RuntimeFailure(stage: .start, runtimeOutput: output.stderrText).reason
      throw EngineError(
        .conflict, "cannot \(command) container \(id): OCI runtime \(command) failed: \(reason): unknown")
    }
  }
}

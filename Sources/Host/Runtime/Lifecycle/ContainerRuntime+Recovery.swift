import Glibc
import Kernel
import Logging
import Synchronization

/// A container that an earlier run of the engine created.
package struct RecoveredContainer: Sendable, Hashable {
  package enum Phase: Sendable, Hashable {
    /// Its process waits for ``ContainerRuntime/start(_:)``.
    case created(pid: Int32)
    case running(pid: Int32)
    case paused(pid: Int32)
    /// It ended while no engine ran. ``ContainerRuntime/exits`` reports it too.
    case exited(ContainerExit)
    /// The engine was killed during the create. ``ContainerRuntime/delete(_:force:)`` removes it.
    case incomplete
  }

  package let id: String
  package let phase: Phase
}

extension ContainerRuntime {
  /// Finds every container below the exec-root and watches the live ones. Call it once, before anything else.
  ///
  /// Exits in the meantime are in the result and on ``exits``, so that the engine handles all exits in one place.
  package func recover() async -> [RecoveredContainer] {
    var found: [RecoveredContainer] = []
    let names = Set(SmallFile.names(in: layout.containers) + SmallFile.names(in: layout.runtimeState))
    for id in names.sorted() {
      let bundle = layout.bundle(id)
      let phase = await recover(bundle)
      found.append(RecoveredContainer(id: id, phase: phase))
    }
    return found
  }

  private func recover(_ bundle: RuntimeLayout.Bundle) async -> RecoveredContainer.Phase {
    if SmallFile.exists(bundle.exitFile) {
      // The monitor may still be running for a moment; the file is final.
      guard let exit = try? await Self.readExit(bundle) else { return .incomplete }
      exitContinuation.yield(exit)
      return .exited(exit)
    }
    guard let pid = SmallFile.number(bundle.processPid) else { return .incomplete }
    if Self.processDescriptor(bundle) != nil {
      do {
        try rotateLog(bundle)
      } catch {
        logger.warning("rotating the log of container \(bundle.id): \(error)")
      }
      watchExit(bundle, monitorDescriptor(bundle))
      return phase(bundle, pid)
    }
    if let monitor = monitorDescriptor(bundle) {
      // The process has just ended: the monitor is about to write the exit file, or to report a failed create.
      _ = try? await hasEnded(monitor, within: .seconds(10))
    }
    guard cgroups("\(layout.runtimeState)/\(bundle.id)") != nil,
      let exit = try? await Self.readExit(bundle)
    else { return .incomplete }
    exitContinuation.yield(exit)
    return .exited(exit)
  }

  private func phase(_ bundle: RuntimeLayout.Bundle, _ pid: Int32) -> RecoveredContainer.Phase {
    let stateFolder = "\(layout.runtimeState)/\(bundle.id)"
    // Starting the container removes the FIFO, so its absence is reliable even if the engine was killed right after.
    if SmallFile.exists("\(stateFolder)/exec.fifo") { return .created(pid: pid) }
    if let runtime = try? runtime(of: bundle), runtime.kind == .other, !SmallFile.exists(bundle.started) {
      return .created(pid: pid)
    }
    return isFrozen(stateFolder) ? .paused(pid: pid) : .running(pid: pid)
  }

  private func isFrozen(_ stateFolder: String) -> Bool {
    guard let groups = cgroups(stateFolder) else { return false }
    if let freezer = groups["freezer"] { return (try? readFile("\(freezer)/freezer.state"))?.hasPrefix("FRO") ?? false }
    return groups[""].flatMap { try? readFile("\($0)/cgroup.freeze") }?.hasPrefix("1") ?? false
  }

  /// The process id of a created or running container; `nil` if it has none.
  package func pid(of id: String) -> Int32? {
    let bundle = layout.bundle(id)
    guard Self.processDescriptor(bundle) != nil else { return nil }
    return SmallFile.number(bundle.processPid)
  }

  /// A container's cgroups on the host: controller to path. cgroup v2 has one entry with an empty key.
  package func cgroups(of id: String) -> [String: String] {
    cgroups("\(layout.runtimeState)/\(id)") ?? [:]
  }
}

import Glibc
import Kernel
import Logging
import Synchronization

/// What a fresh instance found of a container that an earlier one made.
public struct RecoveredContainer: Sendable, Hashable {
  public enum Phase: Sendable, Hashable {
    /// Made, its process waits to be let go.
    case created(pid: Int32)
    case running(pid: Int32)
    case paused(pid: Int32)
    /// Ended while nobody watched; also told on ``ContainerRuntime/exits``.
    case exited(ContainerExit)
    /// The engine was killed before the container was complete. ``ContainerRuntime/delete(_:force:)`` takes it away.
    case incomplete
  }

  public let id: String
  public let phase: Phase
}

extension ContainerRuntime {
  /// Finds every container below the exec-root, and watches those that live. Call it once, before anything else.
  ///
  /// Exits that happened meanwhile are in the result, and on ``exits`` too, so that the engine needs one place only
  /// where it handles them.
  public func recover() async -> [RecoveredContainer] {
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
      // The monitor may be a moment from its end; what it wrote is final.
      guard let exit = try? await Self.readExit(bundle) else { return .incomplete }
      exitContinuation.yield(exit)
      return .exited(exit)
    }
    guard let pid = SmallFile.number(bundle.processPid) else { return .incomplete }
    if Self.processDescriptor(bundle) != nil {
      do {
        try keepLog(bundle)
      } catch {
        logger.warning("keeping the log of \(bundle.id) within its bound: \(error)")
      }
      watch(bundle, monitorDescriptor(bundle))
      return phase(bundle, pid)
    }
    if let monitor = monitorDescriptor(bundle) {
      // The process ended just now: the monitor is about to write the exit file, or to report a failed create.
      _ = try? await ended(monitor, within: .seconds(10))
    }
    guard cgroups("\(layout.runtimeState)/\(bundle.id)") != nil,
      let exit = try? await Self.readExit(bundle)
    else { return .incomplete }
    exitContinuation.yield(exit)
    return .exited(exit)
  }

  private func phase(_ bundle: RuntimeLayout.Bundle, _ pid: Int32) -> RecoveredContainer.Phase {
    let stateFolder = "\(layout.runtimeState)/\(bundle.id)"
    // The FIFO is the one sign that is changed by letting go itself; an engine may be killed right after that.
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

  /// The process id of a container that is created or runs; `nil` when it has none.
  public func pid(of id: String) -> Int32? {
    let bundle = layout.bundle(id)
    guard Self.processDescriptor(bundle) != nil else { return nil }
    return SmallFile.number(bundle.processPid)
  }

  /// A container's cgroups on the host: controller to path; under cgroup v2 one with an empty name.
  public func cgroups(of id: String) -> [String: String] {
    cgroups("\(layout.runtimeState)/\(id)") ?? [:]
  }
}

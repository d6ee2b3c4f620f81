import CLinux
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Waits for a container's end, in the background, and tells it on ``exits``.
  ///
  /// The monitor's end is waited for rather than the exit file: it comes right after the file, and it comes also when
  /// the monitor is killed.
  func watch(_ bundle: RuntimeLayout.Bundle, _ monitor: OwnedDescriptor?) {
    let task = Task { [exitContinuation, weak self] in
      do {
        if let monitor { try await ProcessWatch.end(of: monitor) }
        let exit = try await Self.readExit(bundle)
        if let log = Self.boundedLog(bundle) { await self?.keeper.end(log.series.path) }
        self?.state.withLock { state in
          _ = state.watches.removeValue(forKey: bundle.id)
          _ = state.parked.removeValue(forKey: bundle.id)
          _ = state.early.removeValue(forKey: bundle.id)
        }
        exitContinuation.yield(exit)
      } catch {
        // Only a cancelled wait throws: the container was deleted, or this instance went away.
      }
    }
    state.withLock { $0.watches[bundle.id] = task }
  }

  /// A handle of the monitor; `nil` when it has ended.
  func monitorDescriptor(_ bundle: RuntimeLayout.Bundle) -> OwnedDescriptor? {
    guard let pid = SmallFile.number(bundle.monitorPid), pid > 0 else { return nil }
    let number = linux_pidfd_open(pid, 0)
    guard number >= 0 else { return nil }
    let descriptor = OwnedDescriptor(adopting: number)
    if Self.hasEnded(descriptor) { return nil }
    // The number may be another process's by now: the monitor has its folder among its arguments.
    guard let commandLine = try? readFile("/proc/\(pid)/cmdline"),
      commandLine.split(separator: "\0").contains(Substring(bundle.path))
    else { return nil }
    return descriptor
  }

  /// What the exit file says. Without one the monitor was killed: then the process, which nobody can take the status
  /// of, is waited for.
  static func readExit(_ bundle: RuntimeLayout.Bundle) async throws -> ContainerExit {
    let outOfMemory = SmallFile.exists(bundle.outOfMemory)
    if let code = SmallFile.number(bundle.exitFile) {
      return ContainerExit(id: bundle.id, code: code, wasOutOfMemory: outOfMemory)
    }
    if let process = processDescriptor(bundle) { try await ProcessWatch.end(of: process) }
    return ContainerExit(id: bundle.id, code: 255, wasOutOfMemory: outOfMemory, isCodeLost: true)
  }

  /// A process that nobody has reaped yet has ended, too.
  static func hasEnded(_ process: OwnedDescriptor) -> Bool {
    var poll = pollfd(fd: process.number, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) != 0
  }

  /// A handle of the container's first process; `nil` when it has ended.
  static func processDescriptor(_ bundle: RuntimeLayout.Bundle) -> OwnedDescriptor? {
    guard let pid = SmallFile.number(bundle.processPid), pid > 0 else { return nil }
    return processDescriptor(pid, in: bundle.id)
  }

  /// A pidfd of a process of a container; `nil` when it has ended. A pid may be reused: the cgroup tells the container.
  static func processDescriptor(_ pid: Int32, in container: String) -> OwnedDescriptor? {
    let number = linux_pidfd_open(pid, 0)
    guard number >= 0 else { return nil }
    let descriptor = OwnedDescriptor(adopting: number)
    guard !hasEnded(descriptor), let groups = try? readFile("/proc/\(pid)/cgroup"), groups.contains(container) else {
      return nil
    }
    return descriptor
  }
}

import CLinux
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Waits for a container's end in the background and reports it on ``exits``.
  ///
  /// It waits for the end of the monitor, not for the exit file: the monitor ends right after it writes the file, and
  /// the end is also visible if the monitor is killed.
  func watchExit(_ bundle: RuntimeLayout.Bundle, _ monitor: OwnedDescriptor?) {
    let task = Task { [exitContinuation, weak self] in
      do {
        if let monitor { try await ProcessWatch.end(of: monitor) }
        let exit = try await Self.readExit(bundle)
        if let log = Self.limitedLog(bundle) { await self?.logRotator.stop(log.series.path) }
        self?.state.withLock { state in
          _ = state.exitWatches.removeValue(forKey: bundle.id)
          _ = state.heldSockets.removeValue(forKey: bundle.id)
          _ = state.earlyAttachments.removeValue(forKey: bundle.id)
          _ = state.attachments.removeValue(forKey: bundle.id)
        }
        exitContinuation.yield(exit)
      } catch {
        // Only cancellation throws: the container was deleted, or this object was released.
      }
    }
    state.withLock { $0.exitWatches[bundle.id] = task }
  }

  /// A pidfd of the monitor; `nil` if it has ended.
  func monitorDescriptor(_ bundle: RuntimeLayout.Bundle) -> OwnedDescriptor? {
    guard let pid = SmallFile.number(bundle.monitorPid), pid > 0 else { return nil }
    let number = linux_pidfd_open(pid, 0)
    guard number >= 0 else { return nil }
    let descriptor = OwnedDescriptor(adopting: number)
    if Self.hasEnded(descriptor) { return nil }
    // The pid may have been reused. The monitor's arguments contain the folder's path.
    guard let commandLine = try? readFile("/proc/\(pid)/cmdline"),
      commandLine.split(separator: "\0").contains(Substring(bundle.path))
    else { return nil }
    return descriptor
  }

  /// Reads the exit file. Without one the monitor was killed; then it waits for the process, whose status is unknown.
  static func readExit(_ bundle: RuntimeLayout.Bundle) async throws -> ContainerExit {
    let outOfMemory = SmallFile.exists(bundle.outOfMemory)
    if let code = SmallFile.number(bundle.exitFile) {
      return ContainerExit(id: bundle.id, code: code, wasOutOfMemory: outOfMemory)
    }
    if let process = processDescriptor(bundle) { try await ProcessWatch.end(of: process) }
    return ContainerExit(id: bundle.id, code: 255, wasOutOfMemory: outOfMemory, isCodeLost: true)
  }

  /// Whether a process has ended; also true for a zombie.
  static func hasEnded(_ process: OwnedDescriptor) -> Bool {
    var poll = pollfd(fd: process.number, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) != 0
  }

  /// A pidfd of the container's first process; `nil` if it has ended.
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

import CLinux
import EngineModel
import FoundationEssentials
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Takes away all that the runtime keeps of a container; its end, when it had not come yet, is told on ``exits``
  /// first. Deleting what is not there succeeds, and so does finishing what an engine that was killed began.
  ///
  /// - Parameter force: kills what still runs.
  /// - Throws: `conflict` when it runs and `force` was not given.
  public func delete(_ id: String, force: Bool = false) async throws {
    let bundle = layout.bundle(id)
    let stateFolder = "\(layout.runtimeState)/\(id)"
    guard SmallFile.exists(stateFolder) || SmallFile.exists(bundle.path) else { return }
    if let process = Self.processDescriptor(bundle) {
      guard force else {
        throw EngineError(
          .conflict,
          "cannot remove container \"\(id)\": container is running: stop the container before removing or force remove")
      }
      try send(SIGKILL, to: process, bundle)
    }
    try await endMonitor(bundle)
    if let watch = state.withLock({ $0.watches[id] }) { await watch.value }
    if SmallFile.exists(stateFolder), try await !removeQuickly(stateFolder) {
      let output = try await runRuntime(["delete", "--force", id], for: bundle)
      if !output.status.isSuccess, !output.stderrText.contains("does not exist") {
        try output.requireSuccess("removing container \(id)")
      }
    }
    try SmallFile.removeTree(bundle.path)
  }

  /// conmon ends with the process it watches; one that has none yet, because the engine was killed in a create, is told
  /// to end, and takes the runtime with it.
  func endMonitor(_ bundle: RuntimeLayout.Bundle) async throws {
    guard let monitor = monitorDescriptor(bundle) else { return }
    if Self.processDescriptor(bundle) == nil, !SmallFile.exists(bundle.exitFile) {
      linux_pidfd_send_signal(monitor.number, SIGTERM)
    }
    if try await !ended(monitor, within: .seconds(10)) {
      linux_pidfd_send_signal(monitor.number, SIGKILL)
      try await ProcessWatch.end(of: monitor)
    }
  }

  func ended(_ process: OwnedDescriptor, within limit: Duration) async throws -> Bool {
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await ProcessWatch.end(of: process)
        return true
      }
      group.addTask {
        try await Task.sleep(for: limit)
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }

  /// What the runtime's `delete` does for a container whose processes are gone: removes its cgroups and its state folder. A
  /// process saved.
  ///
  /// A cgroup with a process in it cannot be removed, so nothing that lives is ever taken for dead.
  ///
  /// - Returns: `false` when it is of a runtime that is not known, or something is in the way; the runtime must do it then.
  private func removeQuickly(_ stateFolder: String) async throws -> Bool {
    guard let paths = cgroups(stateFolder), !paths.isEmpty else { return false }
    for path in Set(paths.values) {
      guard path.split(separator: "/").count > 3, !path.contains("/..") else { return false }
      // The kernel lets go of the last process a moment after it was reaped.
      var attempts = 0
      while rmdir(path) != 0, errno != ENOENT {
        guard errno == EBUSY, attempts < 10, SmallFile.isEmpty("\(path)/cgroup.procs") else { return false }
        attempts += 1
        try await Task.sleep(for: .milliseconds(attempts))
      }
    }
    try SmallFile.removeTree(stateFolder)
    return true
  }

  /// A container's cgroups by controller, as runc and crun wrote them into their state.
  ///
  /// - Returns: `nil` when there is no state that is understood.
  func cgroups(_ stateFolder: String) -> [String: String]? {
    // The state holds the whole configuration; only one member of it is decoded.
    func member(_ file: String, _ key: String, upTo end: Character) -> Data? {
      guard let state = try? readFile("\(stateFolder)/\(file)") else { return nil }
      let bytes = Array(state.utf8)
      guard let start = bytes.firstRange(of: Array(key.utf8))?.upperBound,
        let end = bytes[start...].dropFirst(2).firstIndex(of: end.asciiValue ?? 0)
      else { return nil }
      return Data(bytes[start...end])
    }
    if let paths = member("state.json", "\"cgroup_paths\":", upTo: "}") {
      return try? JSONDecoder().decode([String: String].self, from: paths)
    }
    if let path = member("status", "\"cgroup-path\":", upTo: "\"") {
      return (try? JSONDecoder().decode(String.self, from: path)).map(cgroups.paths)
    }
    return nil
  }
}

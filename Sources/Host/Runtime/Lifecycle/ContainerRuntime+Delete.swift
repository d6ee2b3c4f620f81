import CLinux
import EngineModel
import JSON
import Glibc
import Kernel
import Synchronization

extension ContainerRuntime {
  /// Removes everything that the runtime keeps about a container. ``exits`` first reports its end if it has not done
  /// so. It is idempotent, and completes the deletion that a killed engine began.
  ///
  /// - Parameter force: kills a running container.
  /// - Throws: `conflict` if the container is running and `force` is false.
  package func delete(_ id: String, force: Bool = false) async throws {
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
    try await stopMonitor(bundle)
    if let watch = state.withLock({ $0.exitWatches[id] }) { await watch.value }
    if SmallFile.exists(stateFolder), try await !removeCgroupsAndState(stateFolder) {
      let output = try await runRuntime(["delete", "--force", id], for: bundle)
      if !output.status.isSuccess, !output.stderrText.contains("does not exist") {
        try output.requireSuccess("removing container \(id)")
      }
    }
    try SmallFile.removeTree(bundle.path)
  }

  /// Ends conmon. conmon ends with its process. If it has no process yet, because the engine was killed during a
  /// create, SIGTERM ends it and the OCI runtime.
  func stopMonitor(_ bundle: RuntimeLayout.Bundle) async throws {
    guard let monitor = monitorDescriptor(bundle) else { return }
    if Self.processDescriptor(bundle) == nil, !SmallFile.exists(bundle.exitFile) {
      linux_pidfd_send_signal(monitor.number, SIGTERM)
    }
    if try await !hasEnded(monitor, within: .seconds(10)) {
      linux_pidfd_send_signal(monitor.number, SIGKILL)
      try await ProcessWatch.end(of: monitor)
    }
  }

  func hasEnded(_ process: OwnedDescriptor, within limit: Duration) async throws -> Bool {
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

  /// Does the work of `runc delete` for a container without processes: removes its cgroups and its state folder. This
  /// saves a process.
  ///
  /// The kernel does not remove a cgroup that contains a process, so a live container cannot be removed by mistake.
  ///
  /// - Returns: `false` for an unknown runtime, or if a cgroup is busy; then the OCI runtime must do it.
  private func removeCgroupsAndState(_ stateFolder: String) async throws -> Bool {
    guard let paths = cgroups(stateFolder), !paths.isEmpty else { return false }
    for path in Set(paths.values) {
      guard path.split(separator: "/").count > 3, !path.contains("/..") else { return false }
      // The kernel releases the cgroup a moment after the last process was reaped.
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

  /// A container's cgroups by controller, from runc's or crun's state file.
  ///
  /// - Returns: `nil` without a readable state file.
  func cgroups(_ stateFolder: String) -> [String: String]? {
    // The state contains the whole configuration; decode only one member.
    func member(_ file: String, _ key: String, upTo end: Character) -> ArraySlice<UInt8>? {
      guard let state = try? readFile("\(stateFolder)/\(file)") else { return nil }
      let bytes = Array(state.utf8)
      guard let start = bytes.firstRange(of: Array(key.utf8))?.upperBound,
        let end = bytes[start...].dropFirst(2).firstIndex(of: end.asciiValue ?? 0)
      else { return nil }
      return bytes[start...end]
    }
    if let paths = member("state.json", "\"cgroup_paths\":", upTo: "}") {
      return try? JSONDecoding.decode([String: String].self, from: paths, absent: .error)
    }
    if let path = member("status", "\"cgroup-path\":", upTo: "\"") {
      return (try? JSONDecoding.decode(String.self, from: path, absent: .error)).map(cgroups.paths)
    }
    return nil
  }
}

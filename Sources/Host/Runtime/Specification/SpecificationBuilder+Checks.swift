import EngineModel

/// Checks that need only the request, before anything is created.
extension SpecificationBuilder {
  func checkModes() throws(EngineError) {
    let modes = [
      ("PID", hostConfiguration.pidMode, ["", "private", "host"], true),
      ("IPC", hostConfiguration.ipcMode, ["", "private", "shareable", "none", "host"], true),
      ("UTS", hostConfiguration.utsMode, ["", "host"], false),
      ("cgroup namespace", hostConfiguration.cgroupnsMode, ["", "private", "host"], false),
      ("userns", hostConfiguration.usernsMode, ["", "host"], false),
    ]
    for (what, mode, known, isJoinable) in modes where !known.contains(mode) {
      guard isJoinable, mode.hasPrefix("container:"), mode.count > 10 else {
        throw EngineError(.invalidParameter, "invalid \(what) mode: \(mode)")
      }
    }
  }

  /// A container may set only namespaced sysctls, and only in its own namespaces.
  func checkSysctls() throws(EngineError) {
    for key in hostConfiguration.sysctls.keys.sorted() {
      // The key becomes a path below /proc/sys.
      let name = key.replacing("/", with: ".")
      guard !key.hasPrefix("/"), !name.contains("..") else {
        throw EngineError(.invalidParameter, "invalid sysctl '\(key)'")
      }
      let isOfIPC = name.hasPrefix("fs.mqueue.") || Self.ipcSysctls.contains(name)
      if name.hasPrefix("net."), isNetworkHost {
        throw EngineError(.invalidParameter, "sysctl '\(key)' is not allowed in host network namespace")
      }
      if isOfIPC, isIPCHost {
        throw EngineError(.invalidParameter, "sysctl '\(key)' is not allowed in host ipc namespace")
      }
      if name == "kernel.domainname", isUTSHost {
        throw EngineError(.invalidParameter, "sysctl '\(key)' is not allowed in host uts namespace")
      }
      guard name.hasPrefix("net.") || isOfIPC || name == "kernel.domainname" else {
        throw EngineError(.invalidParameter, "sysctl \"\(key)\" is not in a separate kernel namespace")
      }
    }
  }

  /// Sysctls of the IPC namespace, beside `fs.mqueue` (ipc_namespaces(7)).
  private static let ipcSysctls: Set<String> = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
    "kernel.shm_rmid_forced",
  ]

  func checkCgroupParent() throws(EngineError) {
    let parent = hostConfiguration.cgroupParent
    guard !parent.split(separator: "/").contains("..") else {
      throw EngineError(.invalidParameter, "invalid cgroup parent \"\(parent)\": it must not contain \"..\"")
    }
  }
}

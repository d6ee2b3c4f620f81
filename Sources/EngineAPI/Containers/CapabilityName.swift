internal import EngineModel

/// The kernel's capabilities (capabilities(7)), as `CapAdd` and `CapDrop` name them.
enum CapabilityName {
  private static let known: Set<String> = [
    "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN",
    "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP",
    "SETGID",
    "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT",
    "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
  ]

  /// Case does not matter, `CAP_` may be left out, and `ALL` stands for every one.
  ///
  /// - Throws: `invalidParameter` in dockerd's words.
  static func check(_ names: [String], in field: String) throws(EngineError) {
    for name in names {
      let upper = name.uppercased()
      let bare = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
      guard upper == "ALL" || known.contains(bare) else {
        throw EngineError(.invalidParameter, "invalid \(field): unknown capability: \"CAP_\(bare)\"")
      }
    }
  }
}

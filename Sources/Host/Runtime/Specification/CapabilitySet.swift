package import EngineModel

/// Linux capabilities by name, `CAP_CHOWN` (capabilities(7)), and Docker's rules for adding and dropping them.
package struct CapabilitySet: Sendable, Hashable {
  /// In the kernel's order.
  package var names: [String]

  package init(_ names: [String]) { self.names = names }

  /// In numerical order.
  package static let known = [
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
  ].map { "CAP_\($0)" }

  /// Docker's default set.
  package static let standard = CapabilitySet(
    [
      "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
      "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
    ].map { "CAP_\($0)" })

  /// Decodes a mask of `/proc/self/status`.
  package init(mask: UInt64) {
    names = Self.known.enumerated().filter { mask & (1 << UInt64($0.offset)) != 0 }.map(\.element)
  }

  /// Docker's `TweakCapabilities`: `ALL` in `add` starts from all, `ALL` in `drop` from none. Names may be in lower
  /// case and lack `CAP_`.
  ///
  /// - Throws: `invalidParameter` for an unknown capability.
  package static func adjusted(
    add: [String], drop: [String], privileged: Bool
  ) throws(EngineError) -> CapabilitySet {
    let (adds, drops) = (try normalised(add, "CapAdd"), try normalised(drop, "CapDrop"))
    if privileged { return CapabilitySet(known) }
    let names: [String]
    if adds.contains("ALL") {
      names = known.filter { !drops.contains($0) }
    } else if drops.contains("ALL") {
      names = known.filter(adds.contains)
    } else {
      names =
        standard.names.filter { !drops.contains($0) }
        + known.filter { adds.contains($0) && !standard.names.contains($0) }
    }
    return CapabilitySet(names)
  }

  private static func normalised(_ names: [String], _ field: String) throws(EngineError) -> Set<String> {
    var result: Set<String> = []
    for name in names {
      let upper = name.uppercased()
      let full = upper == "ALL" || upper.hasPrefix("CAP_") ? upper : "CAP_\(upper)"
      guard full == "ALL" || full == "CAP_ALL" || known.contains(full) else {
        throw EngineError(.invalidParameter, "invalid \(field): unknown capability: \"\(full)\"")
      }
      result.insert(full == "CAP_ALL" ? "ALL" : full)
    }
    return result
  }
}

import EngineModel

extension SpecificationBuilder {
  static let maskedPaths = [
    "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    "/sys/devices/virtual/powercap",
  ]
  static let readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

  mutating func addSecurity() throws(EngineError) {
    let allowed = try CapabilitySet.adjusted(
      add: hostConfiguration.capAdd, drop: hostConfiguration.capDrop, privileged: isPrivileged
    ).names
    let granted = allowed.filter(host.capabilities.contains)
    // Warn about capabilities that were requested by name. A default, or ALL, means what the host can give.
    let asked = Set(
      hostConfiguration.capAdd.map { $0.uppercased().hasPrefix("CAP_") ? $0.uppercased() : "CAP_\($0.uppercased())" })
    for name in allowed where asked.contains(name) && !granted.contains(name) {
      warnings.append("The engine does not have \(name), so the container does not get it.")
    }
    specification.process.capabilities = Self.capabilities(granted, user: request.user)
    specification.process.noNewPrivileges = security.noNewPrivileges
    try addLabels()
    try addFilter(granted)
    guard !isPrivileged else { return }
    let isUnconfined = security.unconfinedSystemPaths
    specification.linux.maskedPaths = hostConfiguration.maskedPaths ?? (isUnconfined ? [] : Self.maskedPaths)
    specification.linux.readonlyPaths = hostConfiguration.readonlyPaths ?? (isUnconfined ? [] : Self.readonlyPaths)
  }

  /// A user other than root gets only the bounding set, as with execve(2).
  static func capabilities(_ names: [String], user: ResolvedUser) -> OCISpecification.Capabilities {
    var result = OCISpecification.Capabilities()
    result.bounding = names
    if user.uid == 0 {
      result.effective = names
      result.permitted = names
    }
    return result
  }

  /// AppArmor and SELinux. As in Docker, an option that the host does not support is not an error; here it causes a
  /// warning.
  mutating func addLabels() throws(EngineError) {
    if let profile = security.apparmor, profile != "unconfined", !isPrivileged {
      if host.hasAppArmor {
        specification.process.apparmorProfile = profile
      } else {
        warnings.append("AppArmor is not enabled on this host: apparmor=\(profile) has no effect.")
      }
    }
    if let label = security.labels.first(where: { $0 != "disable" }) {
      guard !host.hasSELinux else {
        throw EngineError(.notImplemented, "SELinux labels (label=\(label)) are not implemented")
      }
      warnings.append("SELinux is not enabled on this host: label=\(label) has no effect.")
    }
  }

  private mutating func addFilter(_ capabilities: [String]) throws(EngineError) {
    // As in Docker: a privileged container is filtered only by its own profile.
    if security.seccomp == .unconfined || (isPrivileged && security.seccomp == .standard) { return }
    guard let profile = request.seccomp else {
      throw EngineError(.system, "a container without a system call filter needs seccomp=unconfined")
    }
    var filter = profile.filter(capabilities: capabilities, architecture: host.architecture, kernel: host.kernel)
    filter.architectures?.removeAll(where: host.unusableArchitectures.contains)
    specification.linux.seccomp = filter
  }
}

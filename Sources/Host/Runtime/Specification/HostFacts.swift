/// The properties of this host that affect a container's specification. They are read once and passed to the pure
/// builder.
package struct HostFacts: Sendable, Hashable {
  package enum CgroupMode: String, Sendable, Hashable {
    /// cgroup v1 controllers, with or without an empty v2 hierarchy.
    case legacy
    /// cgroup v2 only.
    case unified
  }

  /// The limits that this host's cgroups support. Under v1 a controller may be missing, or the kernel may lack a file.
  package enum CgroupFeature: String, Sendable, Hashable, CaseIterable {
    case memory, memorySwap, memorySwappiness, memoryReservation, oomKillDisable
    case cpuShares, cpuQuota, cpuRealtime, cpuset
    case pids, blkioWeight, blkioThrottle, devices
  }

  package struct Limit: Sendable, Hashable {
    package var soft: UInt64
    package var hard: UInt64

    package init(soft: UInt64, hard: UInt64) {
      self.soft = soft
      self.hard = hard
    }
  }

  /// From `uname -m`.
  package var architecture: String
  /// From `uname -r`.
  package var kernel: String
  package var hostname: String
  /// The engine's own bounding set. No container can have more.
  package var capabilities: Set<String>
  /// The engine's own limits, by `RLIMIT_…`.
  package var limits: [String: Limit]
  /// The engine's own `oom_score_adj`.
  package var oomScoreAdjust: Int
  package var cgroupMode: CgroupMode
  package var cgroupFeatures: Set<CgroupFeature>
  package var hasAppArmor: Bool
  package var hasSELinux: Bool
  /// Architectures (libseccomp names) that this kernel cannot run. Each one in a filter costs milliseconds at every
  /// container's start.
  package var unusableArchitectures: Set<String> = []
  /// The number of online CPUs.
  package var processors = 1
  /// CPUs and memory nodes for containers, as lists of ranges; empty if unknown.
  package var availableCPUs = ""
  package var availableMems = ""
  /// The program for `--init`.
  package var initProgram: String?

  package init(
    architecture: String, kernel: String, hostname: String, capabilities: Set<String>, limits: [String: Limit] = [:],
    oomScoreAdjust: Int = 0, cgroupMode: CgroupMode = .unified,
    cgroupFeatures: Set<CgroupFeature> = Set(CgroupFeature.allCases), hasAppArmor: Bool = false,
    hasSELinux: Bool = false, initProgram: String? = nil
  ) {
    self.architecture = architecture
    self.kernel = kernel
    self.hostname = hostname
    self.capabilities = capabilities
    self.limits = limits
    self.oomScoreAdjust = oomScoreAdjust
    self.cgroupMode = cgroupMode
    self.cgroupFeatures = cgroupFeatures
    self.hasAppArmor = hasAppArmor
    self.hasSELinux = hasSELinux
    self.initProgram = initProgram
  }

  /// Without CAP_SYS_RESOURCE no process may raise a hard limit (setrlimit(2)) or lower its OOM score.
  var mayRaiseLimits: Bool { capabilities.contains("CAP_SYS_RESOURCE") }
}

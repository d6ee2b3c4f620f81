/// The properties of this host that affect a container's specification. They are read once and passed to the pure
/// builder.
public struct HostFacts: Sendable, Hashable {
  public enum CgroupMode: String, Sendable, Hashable {
    /// cgroup v1 controllers, with or without an empty v2 hierarchy.
    case legacy
    /// cgroup v2 only.
    case unified
  }

  /// The limits that this host's cgroups support. Under v1 a controller may be missing, or the kernel may lack a file.
  public enum CgroupFeature: String, Sendable, Hashable, CaseIterable {
    case memory, memorySwap, memorySwappiness, memoryReservation, oomKillDisable
    case cpuShares, cpuQuota, cpuRealtime, cpuset
    case pids, blkioWeight, blkioThrottle, devices
  }

  public struct Limit: Sendable, Hashable {
    public var soft: UInt64
    public var hard: UInt64

    public init(soft: UInt64, hard: UInt64) {
      self.soft = soft
      self.hard = hard
    }
  }

  /// From `uname -m`.
  public var architecture: String
  /// From `uname -r`.
  public var kernel: String
  public var hostname: String
  /// The engine's own bounding set. No container can have more.
  public var capabilities: Set<String>
  /// The engine's own limits, by `RLIMIT_…`.
  public var limits: [String: Limit]
  /// The engine's own `oom_score_adj`.
  public var oomScoreAdjust: Int
  public var cgroupMode: CgroupMode
  public var cgroupFeatures: Set<CgroupFeature>
  public var hasAppArmor: Bool
  public var hasSELinux: Bool
  /// Architectures (libseccomp names) that this kernel cannot run. Each one in a filter costs milliseconds at every
  /// container's start.
  public var unusableArchitectures: Set<String> = []
  /// The number of online CPUs.
  public var processors = 1
  /// CPUs and memory nodes for containers, as lists of ranges; empty if unknown.
  public var availableCPUs = ""
  public var availableMems = ""
  /// The program for `--init`.
  public var initProgram: String?

  public init(
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

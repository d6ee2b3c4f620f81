/// What of this host bears on a container's specification: read once, handed to the pure builder.
public struct HostFacts: Sendable, Hashable {
  public enum CgroupMode: String, Sendable, Hashable {
    /// cgroup v1 controllers, with or without an empty v2 tree beside them.
    case legacy
    /// cgroup v2 alone.
    case unified
  }

  /// What this host's cgroups can limit. Under v1 a missing controller, or a file that the kernel was built without.
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

  /// As `uname -m` says.
  public var architecture: String
  /// As `uname -r` says.
  public var kernel: String
  public var hostname: String
  /// The engine's own bounding set: no container can have more.
  public var capabilities: Set<String>
  /// The engine's own limits, by `RLIMIT_…`.
  public var limits: [String: Limit]
  /// The engine's own `oom_score_adj`.
  public var oomScoreAdjust: Int
  public var cgroupMode: CgroupMode
  public var cgroupFeatures: Set<CgroupFeature>
  public var hasAppArmor: Bool
  public var hasSELinux: Bool
  /// Architectures, as libseccomp names them, that filters list and this kernel cannot run. A filter is compiled anew
  /// for every container, at a cost of milliseconds for each architecture.
  public var unusableArchitectures: Set<String> = []
  /// How many processors are online.
  public var processors = 1
  /// Processors and memory nodes that containers may have, as lists of ranges; empty when not known.
  public var availableCPUs = ""
  public var availableMems = ""
  /// The program that `--init` puts in front.
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

  /// Without CAP_SYS_RESOURCE nobody may raise a hard limit (setrlimit(2)) or lower an OOM score below what it was.
  var mayRaiseLimits: Bool { capabilities.contains("CAP_SYS_RESOURCE") }
}

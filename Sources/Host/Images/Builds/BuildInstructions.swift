public import EngineModel

/// All that is needed to build an image once it is known what stands on what.
public struct BuildInstructions: Sendable {
  public var plan: BuildPlan
  public var context: BuildContext
  /// What each name of ``BuildPlan/images`` stands for.
  public var bases: [String: StoredImage]
  /// The names that the image gets, checked.
  public var names: [String] = []
  /// Values for `ARG`.
  public var arguments: [String: String] = [:]
  /// Where steps run; its short id is shown, and names their control group.
  public var place: ContainerID
  /// The network namespace in which steps run; `nil`: the host's.
  public var namespace: String?
  /// Files that steps find as `/etc/resolv.conf` and `/etc/hosts`.
  public var resolverConfiguration: String
  public var hosts: String
  /// The OCI runtime's program.
  public var runtime: String
  /// Limits of each step.
  public var resources = Resources()
  /// The control group below which that of the steps is; empty: the top.
  public var controlGroupParent = ""
  /// Bytes of `/dev/shm`; zero: 64 MiB.
  public var sharedMemory: Int64 = 0
  public var usesCache = true
  /// One layer for all that the build adds.
  public var squashes = false

  public init(
    plan: BuildPlan, context: BuildContext, bases: [String: StoredImage], place: ContainerID,
    resolverConfiguration: String, hosts: String, runtime: String
  ) {
    self.plan = plan
    self.context = context
    self.bases = bases
    self.place = place
    self.resolverConfiguration = resolverConfiguration
    self.hosts = hosts
    self.runtime = runtime
  }

  var controlGroup: String {
    let names = controlGroupParent.split(separator: "/").map(String.init) + ["causeway-build-\(place.short)"]
    return names.map { "/\($0)" }.joined()
  }

  /// Flags of buildah's `build`.
  func flags(work: String) -> [String] {
    var flags = [
      "--format", "docker", "--layers", "--force-rm", "--pull=never", "--network", "host", "--isolation", "oci",
      "--runtime", runtime, "--runtime-flag", "root=\(work)/runtime", "--cgroup-parent", controlGroup,
      "--logfile", "/proc/self/fd/1", "--identity-label=false", "--http-proxy=false",
      // What Docker's containers may do, and buildah's by themselves may not.
      "--cap-add", "CAP_AUDIT_WRITE,CAP_MKNOD,CAP_NET_RAW",
    ]
    if !usesCache { flags.append("--no-cache") }
    if squashes { flags.append("--squash") }
    if sharedMemory > 0 { flags += ["--shm-size", "\(sharedMemory)"] }
    for (name, value) in arguments.sorted(by: { $0.key < $1.key }) { flags += ["--build-arg", "\(name)=\(value)"] }
    let limits: [(String, Int64)] = [
      ("--memory", resources.memory), ("--memory-swap", resources.memorySwap), ("--cpu-period", resources.cpuPeriod),
      ("--cpu-quota", resources.cpuQuota), ("--cpu-shares", resources.cpuShares),
    ]
    for (flag, value) in limits where value != 0 { flags += [flag, "\(value)"] }
    if !resources.cpusetCPUs.isEmpty { flags += ["--cpuset-cpus", resources.cpusetCPUs] }
    if !resources.cpusetMems.isEmpty { flags += ["--cpuset-mems", resources.cpusetMems] }
    for limit in resources.ulimits { flags += ["--ulimit", "\(limit.name)=\(limit.soft):\(limit.hard)"] }
    return flags
  }
}

package import EngineModel

/// The input of an image build, with all base images resolved.
package struct ImageBuildRequest: Sendable {
  package var plan: BuildPlan
  package var context: BuildContext
  /// The image behind each name of ``BuildPlan/images``.
  package var bases: [String: StoredImage]
  /// The validated names of the new image.
  package var names: [String] = []
  /// Values for `ARG`.
  package var arguments: [String: String] = [:]
  /// The sandbox that runs the steps. The output shows its short id, which also names the control group.
  package var sandbox: ContainerID
  /// The path of the steps' network namespace; `nil`: the host's.
  package var networkNamespace: String?
  /// Paths of the steps' `/etc/resolv.conf` and `/etc/hosts`.
  package var resolverConfiguration: String
  package var hosts: String
  /// The path of the OCI runtime.
  package var runtime: String
  /// The path of the daemon's program, which checks the mounts of steps (``StepMounts``).
  package var checker = ""
  /// The steps' system call filter, as JSON in Docker's format.
  package var systemCallFilter: [UInt8] = []
  /// Resource limits of each step.
  package var resources = Resources()
  /// The parent of the steps' control group; empty: the root.
  package var controlGroupParent = ""
  /// The size of `/dev/shm` in bytes; zero: 64 MiB.
  package var sharedMemory: Int64 = 0
  package var usesCache = true
  /// Merges all new layers into one.
  package var squashes = false

  package init(
    plan: BuildPlan, context: BuildContext, bases: [String: StoredImage], sandbox: ContainerID,
    resolverConfiguration: String, hosts: String, runtime: String
  ) {
    self.plan = plan
    self.context = context
    self.bases = bases
    self.sandbox = sandbox
    self.resolverConfiguration = resolverConfiguration
    self.hosts = hosts
    self.runtime = runtime
  }

  var controlGroup: String {
    let names = controlGroupParent.split(separator: "/").map(String.init) + ["causeway-build-\(sandbox.short)"]
    return names.map { "/\($0)" }.joined()
  }

  /// The program that buildah takes for the OCI runtime. It has the runtime's name, which buildah looks at.
  func stepRuntime(work: String) -> String {
    "\(work)/checked/\(runtime[(runtime.lastIndex(of: "/").map(runtime.index(after:)) ?? runtime.startIndex)...])"
  }

  func systemCallFilterFile(work: String) -> String { "\(work)/seccomp.json" }

  /// The options for `buildah build`.
  func flags(work: String) -> [String] {
    var flags = [
      "--format", "docker", "--layers", "--force-rm", "--pull=never", "--network", "host", "--isolation", "oci",
      "--runtime", stepRuntime(work: work), "--runtime-flag", "root=\(work)/runtime", "--cgroup-parent", controlGroup,
      "--logfile", "/proc/self/fd/1", "--identity-label=false", "--http-proxy=false",
      "--security-opt", "seccomp=\(systemCallFilterFile(work: work))",
      // Docker's default capabilities that buildah lacks.
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

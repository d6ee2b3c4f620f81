import CLinux
import Glibc
import Kernel

extension HostFacts {
  /// Reads the facts from about fifty small files below `/proc` and `/sys`. Call it once.
  package static func read() throws -> HostFacts {
    var name = utsname()
    _ = uname(&name)
    let isUnified = !SmallFile.exists("/sys/fs/cgroup/memory") && SmallFile.exists("/sys/fs/cgroup/cgroup.controllers")
    var facts = HostFacts(
      architecture: text(&name.machine), kernel: text(&name.release), hostname: text(&name.nodename),
      capabilities: try boundingSet())
    facts.limits = readLimits()
    facts.oomScoreAdjust = SmallFile.number("/proc/self/oom_score_adj").map(Int.init) ?? 0
    facts.cgroupMode = isUnified ? .unified : .legacy
    facts.cgroupFeatures = isUnified ? try unifiedFeatures() : legacyFeatures()
    facts.processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    facts.availableCPUs = cpusetList("cpus", isUnified)
    facts.availableMems = cpusetList("mems", isUnified)
    facts.hasAppArmor = isAppArmorEnabled
    facts.hasSELinux = SmallFile.exists("/sys/fs/selinux/enforce")
    if linux_has_x32() == 0 { facts.unusableArchitectures = ["SCMP_ARCH_X32"] }
    facts.initProgram = findInit()
    return facts
  }

  package static var isAppArmorEnabled: Bool {
    (try? readFile("/sys/module/apparmor/parameters/enabled"))?.hasPrefix("Y") ?? false
  }

  /// Call it again after a failure: the administrator may have installed one.
  package static func findInit() -> String? {
    ["docker-init", "tini-static", "tini", "catatonit"].lazy.compactMap(Tool.find).first
  }

  private static func cpusetList(_ what: String, _ isUnified: Bool) -> String {
    let path = isUnified ? "/sys/fs/cgroup/cpuset.\(what).effective" : "/sys/fs/cgroup/cpuset/cpuset.\(what)"
    return (try? readFile(path))?.filter { !$0.isWhitespace } ?? ""
  }

  private static func text<T>(_ field: inout T) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  static func boundingSet() throws -> Set<String> {
    let status = try readFile("/proc/self/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }
    let digits = line?.split(whereSeparator: \.isWhitespace).last ?? ""
    return Set(CapabilitySet(mask: UInt64(digits, radix: 16) ?? 0).names)
  }

  static let limitNumbers: [String: Int32] = [
    "RLIMIT_CPU": 0, "RLIMIT_FSIZE": 1, "RLIMIT_DATA": 2, "RLIMIT_STACK": 3, "RLIMIT_CORE": 4, "RLIMIT_RSS": 5,
    "RLIMIT_NPROC": 6, "RLIMIT_NOFILE": 7, "RLIMIT_MEMLOCK": 8, "RLIMIT_AS": 9, "RLIMIT_LOCKS": 10,
    "RLIMIT_SIGPENDING": 11, "RLIMIT_MSGQUEUE": 12, "RLIMIT_NICE": 13, "RLIMIT_RTPRIO": 14, "RLIMIT_RTTIME": 15,
  ]

  private static func readLimits() -> [String: Limit] {
    limitNumbers.compactMapValues { number in
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(UInt32(number)), &limit) == 0 else { return nil }
      return Limit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
    }
  }

  private static func legacyFeatures() -> Set<CgroupFeature> {
    let files: [CgroupFeature: String] = [
      .memory: "memory/memory.limit_in_bytes", .memorySwap: "memory/memory.memsw.limit_in_bytes",
      .memorySwappiness: "memory/memory.swappiness", .memoryReservation: "memory/memory.soft_limit_in_bytes",
      .oomKillDisable: "memory/memory.oom_control", .cpuShares: "cpu/cpu.shares", .cpuQuota: "cpu/cpu.cfs_quota_us",
      .cpuRealtime: "cpu/cpu.rt_runtime_us", .cpuset: "cpuset/cpuset.cpus", .pids: "pids/cgroup.procs",
      .blkioWeight: "blkio/blkio.weight", .blkioThrottle: "blkio/blkio.throttle.read_bps_device",
      .devices: "devices/devices.list",
    ]
    return Set(files.filter { SmallFile.exists("/sys/fs/cgroup/\($0.value)") }.keys)
  }

  private static func unifiedFeatures() throws -> Set<CgroupFeature> {
    let controllers = Set(try readFile("/sys/fs/cgroup/cgroup.controllers").split { $0.isWhitespace }.map(String.init))
    var features: Set<CgroupFeature> = [.devices]
    if controllers.contains("memory") {
      features.formUnion([.memory, .memoryReservation])
      // The root group has no such file; other groups have it if the kernel counts swap.
      if SmallFile.exists("/proc/swaps") { features.insert(.memorySwap) }
    }
    if controllers.contains("cpu") { features.formUnion([.cpuShares, .cpuQuota]) }
    if controllers.contains("cpuset") { features.insert(.cpuset) }
    if controllers.contains("pids") { features.insert(.pids) }
    if controllers.contains("io") { features.formUnion([.blkioWeight, .blkioThrottle]) }
    return features
  }
}

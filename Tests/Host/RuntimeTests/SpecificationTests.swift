import EngineModel
import Testing

@testable import Runtime

/// Golden specifications. They need neither root nor the host.
@Suite struct SpecificationTests {
  static let facts = {
    var facts = HostFacts(
      architecture: "x86_64", kernel: "6.1.0", hostname: "hosty", capabilities: Set(CapabilitySet.known),
      limits: ["RLIMIT_NOFILE": .init(soft: 1024, hard: 4096)])
    facts.processors = 4
    facts.availableCPUs = "0-3"
    return facts
  }()

  static let profile = Result {
    try SeccompProfile.parse(
      Array(
        """
        {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
         "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                     {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
         "syscalls": [
          {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [], "includes": {}, "excludes": {}},
          {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
          {"names": ["mount"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
          {"names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64"]}},
          {"names": ["breakpoint"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm64"]}},
          {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
          {"names": ["future"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "6.2"}}]}
        """.utf8))
  }

  func request(
    _ arguments: [String] = ["sh"], network: SpecificationRequest.Network = .namespace("/run/x/netns/c1"),
    change: (inout Container) -> Void = { _ in }
  ) throws -> SpecificationRequest {
    let id = try #require(ContainerID(String(repeating: "c", count: 64)))
    var container = Container(
      id: id, name: "test", created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
      host: HostConfiguration(), imageID: "sha256:none", arguments: arguments)
    change(&container)
    return SpecificationRequest(
      container: container, rootfs: "/rootfs", network: network, seccomp: try Self.profile.get())
  }

  func build(
    _ host: HostFacts = facts, network: SpecificationRequest.Network = .namespace("/run/x/netns/c1"),
    change: (inout Container) -> Void = { _ in }
  ) throws -> BuiltSpecification {
    try OCISpecification.build(try request(network: network, change: change), host: host)
  }

  @Test func plainContainerIsDockers() throws {
    let built = try build()
    let spec = built.specification
    #expect(built.warnings.isEmpty)
    #expect(spec.hostname == "cccccccccccc")
    #expect(
      spec.process.env == [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=cccccccccccc", "HOME=/root",
      ])
    #expect(spec.process.cwd == "/" && !spec.process.terminal && spec.process.oomScoreAdj == 0)
    #expect(spec.process.capabilities?.bounding?.count == 14)
    #expect(spec.process.capabilities?.effective == spec.process.capabilities?.bounding)
    #expect(spec.process.capabilities?.bounding?.contains("CAP_SYS_ADMIN") == false)
    #expect(spec.linux.namespaces.map(\.type) == [.mount, .network, .pid, .ipc, .uts, .cgroup])
    #expect(spec.linux.namespaces[1].path == "/run/x/netns/c1")
    #expect(
      spec.mounts.map(\.destination) == [
        "/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm",
      ])
    #expect(spec.mounts.last?.options?.last == "size=67108864")
    #expect(spec.mounts.first { $0.destination == "/sys" }?.options?.contains("ro") == true)
    #expect(spec.linux.maskedPaths?.contains("/proc/kcore") == true)
    #expect(spec.linux.readonlyPaths?.contains("/proc/sys") == true)
    #expect(spec.linux.cgroupsPath == "/causeway/\(String(repeating: "c", count: 64))")
    #expect(
      spec.linux.sysctl == [
        "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647",
      ])
    #expect(spec.linux.resources?.devices == [.init(allow: false, access: "rwm")])
    #expect(spec.linux.seccomp?.architectures == ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"])
    #expect(
      spec.linux.seccomp?.syscalls?.map { "\($0.names[0]):\($0.action.dropFirst(9)):\($0.errnoRet ?? 0)" } == [
        "read:ALLOW:0", "mount:ERRNO:1", "arch_prctl:ALLOW:0", "ptrace:ALLOW:0",
      ])
  }

  @Test func theTextIsTheSameWithAndWithoutTheKeptFilter() throws {
    let spec = try build().specification
    let (first, second) = (try spec.json(), try spec.json())
    #expect(try JSON.decode(first) == spec)
    #expect(try JSON.decode(second) == spec)
    var without = Self.facts
    without.unusableArchitectures = ["SCMP_ARCH_X86"]
    #expect(try build(without).specification.linux.seccomp?.architectures == ["SCMP_ARCH_X86_64"])
    let bare = try build { $0.host.securityOptions = ["seccomp=unconfined"] }.specification
    #expect(bare.linux.seccomp == nil)
    #expect(try JSON.decode(try bare.json()) == bare)
  }

  @Test func capabilitiesAndUsers() throws {
    let spec = try build {
      $0.host.capAdd = ["net_admin", "CAP_SYS_ADMIN"]
      $0.host.capDrop = ["MKNOD"]
    }.specification
    #expect(spec.process.capabilities?.bounding?.contains("CAP_NET_ADMIN") == true)
    #expect(spec.process.capabilities?.bounding?.contains("CAP_MKNOD") == false)
    #expect(spec.linux.seccomp?.syscalls?.first { $0.names == ["mount"] }?.action == "SCMP_ACT_ALLOW")
    #expect(try build { $0.host.capDrop = ["all"] }.specification.process.capabilities?.bounding == [])
    let one = try build {
      $0.host.capDrop = ["ALL"]
      $0.host.capAdd = ["CHOWN"]
    }
    #expect(one.specification.process.capabilities?.bounding == ["CAP_CHOWN"])
    #expect(throws: EngineError.self) { try build { $0.host.capAdd = ["FLY"] } }
    var plain = try request()
    plain.user = ResolvedUser(uid: 1000, gid: 1000, home: "/home/a", groups: [1000, 29])
    let alice = try OCISpecification.build(plain, host: Self.facts).specification.process
    #expect(alice.user == .init(uid: 1000, gid: 1000, additionalGids: [1000, 29]))
    #expect(alice.capabilities?.effective == nil && alice.capabilities?.bounding?.count == 14)
    #expect(alice.env.last == "HOME=/home/a")
  }

  @Test func whatTheEngineLacksIsSaid() throws {
    var poor = Self.facts
    poor.capabilities.remove("CAP_SYS_RESOURCE")
    poor.cgroupFeatures = [.memory]
    poor.oomScoreAdjust = 100
    let built = try build(poor) {
      $0.host.capAdd = ["SYS_RESOURCE"]
      $0.host.oomScoreAdjust = -5
      $0.host.resources.ulimits = [
        ResourceLimit(name: "nofile", soft: 2048, hard: 65536), ResourceLimit(name: "nproc", soft: -1, hard: -1),
      ]
      $0.host.resources.memory = 64 << 20
      $0.host.resources.pidsLimit = 10
    }
    #expect(
      built.specification.process.rlimits == [
        .init(type: "RLIMIT_NOFILE", hard: 4096, soft: 2048), .init(type: "RLIMIT_NPROC", hard: .max, soft: .max),
      ])
    #expect(built.specification.process.oomScoreAdj == 100)
    #expect(built.specification.linux.resources?.memory?.limit == 64 << 20)
    #expect(built.specification.linux.resources?.memory?.swap == nil)
    #expect(built.specification.linux.resources?.pids == nil)
    #expect(built.warnings.count == 5)
  }

  @Test func privilegedHasAllAndNoFilter() throws {
    var wanted = try request { $0.host.privileged = true }
    wanted.hostDevices = [.init(path: "/dev/fuse", type: "c", major: 10, minor: 229)]
    let spec = try OCISpecification.build(wanted, host: Self.facts).specification
    #expect(spec.process.capabilities?.bounding?.count == CapabilitySet.known.count)
    #expect(spec.linux.seccomp == nil && spec.linux.maskedPaths == nil && spec.linux.readonlyPaths == nil)
    #expect(spec.linux.devices?.map(\.path) == ["/dev/fuse"])
    #expect(spec.linux.resources?.devices == [.init(allow: true, access: "rwm")])
    #expect(spec.mounts.first { $0.destination == "/sys" }?.options?.contains("rw") == true)
  }

  @Test func mountsAreOrderedAndReplaceOurs() throws {
    var wanted = try request {
      $0.host.readonlyRootfs = true
      $0.host.tmpfs = ["/run": "size=1m,exec"]
    }
    wanted.binds = [
      .init(source: "/v/deep", destination: "/data/a/b"), .init(source: "/v", destination: "/data", isWritable: false),
      .init(source: "/s", destination: "/dev/shm"),
    ]
    wanted.files = [.init(source: "/h", destination: "/etc/hosts")]
    let spec = try OCISpecification.build(wanted, host: Self.facts).specification
    #expect(spec.root.readonly)
    #expect(
      spec.mounts.dropFirst(6).map(\.destination) == ["/data", "/run", "/dev/shm", "/etc/hosts", "/data/a/b"])
    #expect(spec.mounts.count { $0.destination == "/dev/shm" } == 1)
    #expect(spec.mounts.first { $0.destination == "/etc/hosts" }?.options == ["rbind", "ro", "rprivate"])
    #expect(spec.mounts.first { $0.destination == "/run" }?.options == ["nosuid", "nodev", "size=1m", "exec"])
    for bad in ["relative", "/", "/a/../b"] {
      wanted.binds = [.init(source: "/v", destination: bad)]
      #expect(throws: EngineError.self) { try OCISpecification.build(wanted, host: Self.facts) }
    }
  }

  @Test func namespacesAreSharedAsAsked() throws {
    let host = try build(network: .host) {
      $0.host.pidMode = "host"
      $0.host.ipcMode = "host"
      $0.host.utsMode = "host"
      $0.host.cgroupnsMode = "host"
    }.specification
    #expect(host.linux.namespaces.map(\.type) == [.mount])
    #expect(host.hostname == nil && host.process.env[1] == "HOSTNAME=hosty" && host.linux.sysctl == nil)
    #expect(host.mounts.first { $0.destination == "/dev/shm" }?.source == "/dev/shm")
    var joining = try request {
      $0.host.pidMode = "container:other"
      $0.host.ipcMode = "container:other"
      $0.host.networkMode = .container("other")
    }
    #expect(throws: EngineError.self) { try OCISpecification.build(joining, host: Self.facts) }
    joining.joined = ["pid": 7, "ipc": 7]
    joining.sharedMemory = "/run/x/shm/other"
    let joined = try OCISpecification.build(joining, host: Self.facts).specification
    #expect(joined.linux.namespaces.first { $0.type == .pid }?.path == "/proc/7/ns/pid")
    #expect(joined.mounts.first { $0.destination == "/dev/shm" }?.source == "/run/x/shm/other")
    #expect(joined.linux.sysctl == nil)
    for change: @Sendable (inout Container) -> Void in [
      { $0.host.pidMode = "shared" }, { $0.host.ipcMode = "x" }, { $0.host.utsMode = "x" },
      { $0.host.usernsMode = "keep-id" }, { $0.host.securityOptions = ["nonsense"] },
      { $0.configuration.workingDirectory = "relative" }, { $0.host.runInit = true },
      { $0.host.resources.memory = 1 },
      { $0.host.resources.ulimits = [ResourceLimit(name: "wings", soft: 1, hard: 1)] },
      { $0.host.resources.deviceCgroupRules = ["q 1:2 rwm"] }, { $0.host.oomScoreAdjust = 2000 },
      { $0.host.resources.devices = [DeviceMapping(pathOnHost: "/dev/none", pathInContainer: "", permissions: "rwm")] },
    ] {
      #expect(throws: EngineError.self) { try build(change: change) }
    }
    #expect(throws: EngineError.self) { try build(network: .host) { $0.host.sysctls = ["net.core.somaxconn": "1"] } }
  }

  @Test func whatIsAskedOfAHostThatLacksItIsTold() throws {
    for option in ["apparmor=mine", "label=type:x"] {
      let warnings = try build { $0.host.securityOptions = [option] }.warnings
      #expect(warnings.contains { $0.contains("\(option) has no effect") })
      var wanted = HostConfiguration()
      wanted.securityOptions = [option]
      #expect(try OCISpecification.validate(wanted, host: Self.facts, devices: [:]) == warnings)
    }
    var wanted = HostConfiguration()
    wanted.resources.cpusetCPUs = "0,7"
    let error = #expect(throws: EngineError.self) {
      try OCISpecification.validate(wanted, host: Self.facts, devices: [:])
    }
    #expect(error?.message == "Requested CPUs are not available - requested 0,7, available: 0-3")
  }

  @Test func limitsDevicesAndInit() throws {
    var capable = Self.facts
    capable.initProgram = "/usr/bin/tini"
    var wanted = try request {
      $0.host.runInit = true
      $0.host.resources.nanoCPUs = 1_500_000_000
      $0.host.resources.cpuShares = 512
      $0.host.resources.memory = 100 << 20
      $0.host.resources.pidsLimit = 50
      $0.host.resources.blkioReadBps = [ThrottledDevice(path: "/dev/vda", rate: 1000)]
      $0.host.resources.devices = [
        DeviceMapping(pathOnHost: "/dev/bus", pathInContainer: "/dev/usb", permissions: "r")
      ]
      $0.host.resources.deviceCgroupRules = ["c 10:* rw"]
      $0.configuration.tty = true
      $0.host.consoleHeight = 10
      $0.host.consoleWidth = 20
    }
    wanted.devices = [
      "/dev/vda": [.init(path: "/dev/vda", type: "b", major: 254, minor: 0)],
      "/dev/bus": [.init(path: "/dev/bus/one", type: "c", major: 189, minor: 1)],
    ]
    let spec = try OCISpecification.build(wanted, host: capable).specification
    #expect(spec.process.args == ["/sbin/docker-init", "--", "sh"])
    #expect(spec.mounts.last?.source == "/usr/bin/tini")
    #expect(spec.process.consoleSize == .init(height: 10, width: 20) && spec.process.env.contains("TERM=xterm"))
    let resources = try #require(spec.linux.resources)
    #expect(resources.cpu?.quota == 150_000 && resources.cpu?.period == 100_000 && resources.cpu?.shares == 512)
    #expect(resources.memory?.swap == 200 << 20 && resources.pids?.limit == 50)
    #expect(resources.blockIO?.throttleReadBpsDevice == [.init(major: 254, minor: 0, rate: 1000)])
    #expect(spec.linux.devices?.map(\.path) == ["/dev/usb/one"])
    #expect(
      resources.devices == [
        .init(allow: false, access: "rwm"), .init(allow: true, type: "c", major: 189, minor: 1, access: "r"),
        .init(allow: true, type: "c", major: 10, access: "rw"),
      ])
  }

  @Test func environmentsMerge() {
    #expect(Environment.merged(["A=1", "B=2"], [["A=3", "C=4"], ["B", "D="]]) == ["A=3", "C=4", "D="])
    let image = ImageDefaults(entrypoint: ["/entry"], command: ["run"])
    var configuration = ContainerConfiguration()
    #expect(image.arguments(for: configuration) == ["/entry", "run"])
    configuration.command = ["other"]
    #expect(image.arguments(for: configuration) == ["/entry", "other"])
    configuration.command = nil
    configuration.entrypoint = ["/mine"]
    #expect(image.arguments(for: configuration) == ["/mine"])
    configuration.entrypoint = []
    #expect(image.arguments(for: configuration) == ["run"])
  }
}

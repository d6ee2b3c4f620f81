import Addressing
import EngineModel

/// What the fixture of version 1 holds: each field of each record at least once with a value of its own, and records
/// whose optional fields are all absent.
enum Version1 {
  static let time = Timestamp(nanoseconds: 1_764_000_000_123_456_789)

  static func id<Object>(_ number: Int) -> Identifier<Object> {
    let digits = String(number, radix: 16)
    guard let id = Identifier<Object>(String(repeating: "0", count: 62 - digits.count) + "c0" + digits) else {
      preconditionFailure("\(number) has too many digits")
    }
    return id
  }

  private static func parsed<Value: LosslessStringConvertible>(_ text: String) -> Value {
    guard let value = Value(text) else { preconditionFailure("\(text) is no \(Value.self)") }
    return value
  }

  static func address(_ text: String) -> IPAddress { parsed(text) }
  static func prefix(_ text: String) -> IPPrefix { parsed(text) }
  static func interface(_ text: String) -> InterfaceName { parsed(text) }

  // MARK: Networks

  static let bridge: Network = {
    var auxiliary = AddressPool(
      subnet: prefix("192.0.2.0/24"), range: prefix("192.0.2.128/25"), gateway: address("192.0.2.1"),
      auxiliaryAddresses: ["printer": address("192.0.2.9"), "router": address("192.0.2.8")])
    auxiliary.isAutomatic = false
    var chosen = AddressPool(subnet: prefix("172.18.0.0/16"), gateway: address("172.18.0.1"))
    chosen.isAutomatic = true
    let v6 = AddressPool(
      subnet: prefix("2001:db8:1::/64"), range: prefix("2001:db8:1::8000/113"), gateway: address("2001:db8:1::1"),
      auxiliaryAddresses: ["printer": address("2001:db8:1::9")])
    var network = Network(
      id: id(0x10), name: "web", created: time, driver: .bridge, scope: .local, enableIPv4: true, enableIPv6: true,
      ipam: IPAMConfiguration(driver: "default", options: ["purpose": "test"], pools: [auxiliary, chosen, v6]),
      isAttachable: true, configurationFrom: "template",
      options: [
        "com.docker.network.bridge.name": "br-web", "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.driver.mtu": "1400",
      ],
      labels: ["tier": "front", "owner": "net team"])
    network.adopted = AdoptedLink(
      name: interface("br-web"),
      addresses: [parsed("192.0.2.1/24"), parsed("fe80::1/64")])
    return network
  }()

  static let networks: [Network] = [
    bridge,
    Network(
      id: id(0x11), name: "inside", created: time, driver: .bridge,
      ipam: IPAMConfiguration(pools: [AddressPool(subnet: prefix("198.51.100.0/24"))]), isInternal: true),
    {
      var network = Network(
        id: id(0x12), name: "lan", created: time, driver: .macvlan, enableIPv6: true,
        ipam: IPAMConfiguration(pools: [
          AddressPool(subnet: prefix("203.0.113.0/24"), gateway: address("203.0.113.1"))
        ]),
        options: ["parent": "eth1.20", "macvlan_mode": "bridge"])
      network.adopted = AdoptedLink(name: interface("eth1.20"))
      return network
    }(),
    Network(
      id: id(0x13), name: "routed", created: time, driver: .ipvlan, enableIPv4: false, enableIPv6: true,
      ipam: IPAMConfiguration(pools: [AddressPool(subnet: prefix("2001:db8:3::/64"))]),
      options: ["parent": "eth1", "ipvlan_mode": "l3"]),
    Network(
      id: id(0x14), name: "everywhere", created: time, driver: .overlay, scope: .global,
      ipam: IPAMConfiguration(pools: [
        AddressPool(subnet: prefix("10.20.0.0/16"), gateway: address("10.20.0.1"))
      ]),
      isAttachable: true, options: ["com.docker.network.driver.overlay.vxlanid_list": "4097"]),
    {
      var pool = AddressPool(subnet: prefix("10.30.0.0/16"), gateway: address("10.30.0.1"))
      pool.pluginID = "pool-7"
      return Network(
        id: id(0x15), name: "outside", created: time, driver: NetworkDriver(rawValue: "acme/net:1"), scope: .swarm,
        ipam: IPAMConfiguration(driver: "acme-ipam", options: ["zone": "b"], pools: [pool]), isIngress: true,
        options: ["acme.mode": "flat"])
    }(),
    Network(
      id: id(0x16), name: "template", created: time, driver: .bridge,
      ipam: IPAMConfiguration(pools: [AddressPool(range: prefix("192.0.2.128/25"))]), isConfigurationOnly: true,
      options: ["com.docker.network.driver.mtu": "1400"]),
    Network(id: id(0x17), name: "host", created: Timestamp(nanoseconds: 0), driver: .host, enableIPv4: false),
    Network(
      id: id(0x18), name: "none", created: time, driver: .null, ipam: IPAMConfiguration(driver: "null")),
  ]

  // MARK: Containers

  static let healthcheck: Healthcheck = {
    var check = Healthcheck()
    check.test = ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]
    check.interval = 30_000_000_000
    check.timeout = 5_000_000_000
    check.startPeriod = 10_000_000_000
    check.startInterval = 1_000_000_000
    check.retries = 3
    return check
  }()

  static let configuration: ContainerConfiguration = {
    var value = ContainerConfiguration()
    value.image = "registry.example:5000/web:1.2"
    value.command = ["serve", "--port", "80"]
    value.entrypoint = ["/bin/entry"]
    value.environment = ["PATH=/bin", "EMPTY=", "GONE"]
    value.workingDirectory = "/srv"
    value.user = "www:1000"
    value.hostname = "front"
    value.domainname = "example.test"
    value.labels = ["com.docker.compose.project": "shop", "com.docker.compose.service": "web"]
    value.exposedPorts = [TransportPort(80, .tcp), TransportPort(53, .udp), TransportPort(7, .sctp)]
    value.volumes = ["/cache", "/data"]
    value.attachStdin = true
    value.attachStdout = false
    value.attachStderr = false
    value.openStdin = true
    value.stdinOnce = true
    value.tty = true
    value.stopSignal = "SIGQUIT"
    value.stopTimeout = 25
    value.healthcheck = healthcheck
    value.networkDisabled = true
    value.shell = ["/bin/ash", "-c"]
    return value
  }()

  static let mountSpecifications: [MountSpecification] = {
    var bind = MountSpecification(kind: .bind)
    bind.source = "/srv/site"
    bind.target = "/site"
    bind.readOnly = true
    bind.consistency = "delegated"
    bind.bindPropagation = "rslave"
    bind.bindNonRecursive = true
    bind.bindCreateMountpoint = true
    bind.bindReadOnlyRecursion = .forced
    var volume = MountSpecification(kind: .volume)
    volume.source = "data"
    volume.target = "/data"
    volume.volumeNoCopy = true
    volume.volumeSubpath = "2026"
    volume.volumeLabels = ["kept": "yes"]
    volume.volumeDriver = "local"
    volume.volumeDriverOptions = ["type": "tmpfs", "device": "tmpfs"]
    var tmpfs = MountSpecification(kind: .tmpfs)
    tmpfs.target = "/run"
    tmpfs.tmpfsSize = 65_536
    tmpfs.tmpfsMode = 0o1777
    tmpfs.tmpfsOptions = ["noexec"]
    var image = MountSpecification(kind: .image)
    image.source = "assets:1"
    image.target = "/assets"
    image.imageSubpath = "public"
    image.bindReadOnlyRecursion = .nonRecursive
    return [bind, volume, tmpfs, image, MountSpecification(kind: .npipe), MountSpecification(kind: .cluster)]
  }()

  static let resources: Resources = {
    var value = Resources()
    value.memory = 268_435_456
    value.memoryReservation = 134_217_728
    value.memorySwap = 536_870_912
    value.memorySwappiness = 10
    value.nanoCPUs = 1_500_000_000
    value.cpuShares = 512
    value.cpuPeriod = 100_000
    value.cpuQuota = 50_000
    value.cpuRealtimePeriod = 1_000_000
    value.cpuRealtimeRuntime = 950_000
    value.cpusetCPUs = "0-1"
    value.cpusetMems = "0"
    value.pidsLimit = 100
    value.blkioWeight = 300
    value.blkioWeightDevices = [WeightedDevice(path: "/dev/sda", weight: 200)]
    value.blkioReadBps = [ThrottledDevice(path: "/dev/sda", rate: 1_048_576)]
    value.blkioWriteBps = [ThrottledDevice(path: "/dev/sdb", rate: 2_097_152)]
    value.blkioReadIOps = [ThrottledDevice(path: "/dev/sdc", rate: 1000)]
    value.blkioWriteIOps = [ThrottledDevice(path: "/dev/sdd", rate: 2000)]
    value.oomKillDisable = true
    value.devices = [DeviceMapping(pathOnHost: "/dev/null", pathInContainer: "/dev/hole", permissions: "rwm")]
    value.deviceCgroupRules = ["c 1:3 r"]
    value.ulimits = [ResourceLimit(name: "nofile", soft: 1024, hard: 4096)]
    return value
  }()

  static let host: HostConfiguration = {
    var value = HostConfiguration()
    value.networkMode = .network("web")
    value.portBindings = [
      TransportPort(80, .tcp): [
        PortBinding(hostAddress: address("127.0.0.1"), hostPorts: PortRange(8080, 8080)),
        PortBinding(hostAddress: address("::1"), hostPorts: PortRange(8000, 8010)),
        PortBinding(hostPorts: PortRange(9000, 9000)),
      ],
      TransportPort(53, .udp): [PortBinding()],
    ]
    value.publishAllPorts = true
    value.links = ["db:database"]
    value.dns = [address("192.0.2.53"), address("2001:db8::53")]
    value.dnsOptions = ["ndots:2"]
    value.dnsSearch = ["example.test"]
    value.extraHosts = ["gate:host-gateway"]
    value.binds = ["/srv/site:/site:ro"]
    value.mounts = mountSpecifications
    value.tmpfs = ["/tmp": "size=1m"]
    value.volumesFrom = ["other:ro"]
    value.volumeDriver = "local"
    value.readonlyRootfs = true
    value.shmSize = 1_048_576
    value.restartPolicy = RestartPolicy(name: .onFailure, maximumRetryCount: 5)
    value.autoRemove = true
    value.logConfiguration = LogConfiguration(driver: "json-file", options: ["max-size": "1m", "max-file": "2"])
    value.containerIDFile = "/run/web.cid"
    value.privileged = true
    value.capAdd = ["NET_ADMIN"]
    value.capDrop = ["CHOWN"]
    value.securityOptions = ["seccomp=unconfined"]
    value.maskedPaths = ["/proc/kcore"]
    value.readonlyPaths = ["/proc/sys"]
    value.groupAdd = ["audio", "44"]
    value.ipcMode = "shareable"
    value.pidMode = "host"
    value.utsMode = "host"
    value.usernsMode = "host"
    value.cgroupnsMode = "private"
    value.cgroupParent = "/shop"
    value.sysctls = ["net.ipv4.ip_unprivileged_port_start": "0"]
    value.annotations = ["com.example.note": "first"]
    value.runtime = "crun"
    value.runInit = true
    value.oomScoreAdjust = -500
    value.consoleHeight = 24
    value.consoleWidth = 80
    value.resources = resources
    return value
  }()

  static let mounts: [MountPoint] = {
    var bind = MountPoint(
      kind: .bind, source: "/srv/site", destination: "/site", mode: "ro", isWritable: false, propagation: "rslave")
    bind.isNonRecursive = true
    bind.readOnlyRecursion = .forced
    var volume = MountPoint(
      kind: .volume, name: "data", source: "/var/lib/causeway/volumes/data/_data", destination: "/data",
      driver: "local", mode: "z")
    volume.subpath = "2026"
    volume.isNonRecursive = false
    volume.readOnlyRecursion = .nonRecursive
    return [
      bind, volume, MountPoint(kind: .tmpfs, source: "", destination: "/run"),
      MountPoint(kind: .image, name: "assets:1", source: "/images/assets", destination: "/assets", isWritable: false),
    ]
  }()

  static let endpoints: [Endpoint] = {
    var first = Endpoint(
      id: id(0x31), network: id(0x10), container: id(0x20),
      settings: EndpointSettings(
        aliases: ["front", "www"], links: ["db:database"], ipv4: IPv4Address("192.0.2.130"),
        ipv6: IPv6Address("2001:db8:1::8002"), linkLocalAddresses: [address("169.254.1.2"), address("fe80::5")],
        mac: MACAddress("02:42:c0:00:02:82"), driverOptions: ["com.docker.network.endpoint.ifname": "lan0"],
        gatewayPriority: 10),
      mac: MACAddress("02:42:c0:00:02:82"), ipv4: InterfaceAddress("192.0.2.130/24"),
      ipv6: InterfaceAddress("2001:db8:1::8002/64"), gateway4: IPv4Address("192.0.2.1"),
      gateway6: IPv6Address("2001:db8:1::1"), interface: interface("lan0"))
    first.bridgeMember = 1
    var plugin = Endpoint(
      id: id(0x32), network: id(0x15), container: id(0x20), settings: EndpointSettings(aliases: ["web"]),
      mac: MACAddress("02:42:0a:1e:00:02"), ipv4: InterfaceAddress("10.30.0.2/16"), interface: interface("eth1"))
    var made = PluginEndpoint()
    made.link = interface("acme7")
    made.routes = [
      PluginEndpoint.Route(destination: prefix("10.31.0.0/16"), nextHop: address("10.30.0.9")),
      PluginEndpoint.Route(destination: prefix("10.32.0.0/16"), nextHop: nil),
    ]
    made.isJoined = true
    made.publishes = true
    made.refusesGateway = true
    plugin.pluginEndpoint = made
    var asked = Endpoint(id: id(0x33), network: id(0x15), container: id(0x20), settings: EndpointSettings())
    asked.pluginEndpoint = PluginEndpoint()
    return [first, plugin, asked]
  }()

  static let full: Container = {
    var container = Container(
      id: id(0x20), name: "full", created: time, configuration: configuration, host: host,
      imageID: "sha256:" + String(repeating: "ab", count: 32), arguments: ["/bin/entry", "serve", "--port", "80"],
      endpoints: endpoints,
      publications: [
        PortPublication(containerPort: TransportPort(80, .tcp), hostAddress: address("127.0.0.1"), hostPort: 8080),
        PortPublication(containerPort: TransportPort(80, .tcp), hostAddress: address("::1"), hostPort: 8000),
        PortPublication(containerPort: TransportPort(53, .udp), hostAddress: .any(.ipv4), hostPort: 49_153),
        PortPublication(containerPort: TransportPort(80, .tcp), hostAddress: address("10.30.0.2"), hostPort: 0),
      ],
      mounts: mounts)
    container.state.status = .running
    container.state.pid = 4321
    container.state.exitCode = 3
    container.state.error = "exec format error"
    container.state.oomKilled = true
    container.state.startedAt = Timestamp(nanoseconds: 1_764_000_100_000_000_001)
    container.state.finishedAt = Timestamp(nanoseconds: 1_764_000_050_000_000_002)
    container.state.restartCount = 2
    container.state.wasStoppedByUser = true
    container.state.health = Health(
      status: .unhealthy, failingStreak: 4,
      log: [
        Health.Probe(
          start: Timestamp(nanoseconds: 1_764_000_110_000_000_000),
          end: Timestamp(nanoseconds: 1_764_000_110_500_000_000), exitCode: 1, output: "refused\n"),
        Health.Probe(
          start: Timestamp(nanoseconds: 1_764_000_140_000_000_000),
          end: Timestamp(nanoseconds: 1_764_000_145_000_000_000), exitCode: -1, output: "Zeit überschritten: \"5s\""),
      ])
    container.gatewayEndpoint = Endpoint(
      id: id(0x34), network: id(0x11), container: id(0x20), settings: EndpointSettings(),
      mac: MACAddress("02:42:c6:33:64:02"), ipv4: InterfaceAddress("198.51.100.2/24"),
      gateway4: IPv4Address("198.51.100.1"), interface: interface("eth2"))
    container.unresolvedNetworks = [
      "later": EndpointSettings(
        aliases: ["soon"], ipv4: IPv4Address("10.40.0.2"), driverOptions: ["k": "v"], gatewayPriority: -1)
    ]
    return container
  }()

  static func plain(_ number: Int, _ name: String, _ change: (inout Container) -> Void = { _ in }) -> Container {
    var container = Container(
      id: id(number), name: name, created: time, configuration: ContainerConfiguration(), host: HostConfiguration(),
      imageID: "sha256:" + String(repeating: "0", count: 64))
    change(&container)
    return container
  }

  static let containers: [Container] = [
    full,
    plain(0x21, "created"),
    plain(0x22, "paused") {
      $0.state.status = .paused
      $0.state.health = Health()
      $0.host.networkMode = .host
      $0.host.restartPolicy = RestartPolicy(name: .always)
    },
    plain(0x23, "restarting") {
      $0.state.status = .restarting
      $0.state.health = Health(status: .none)
      $0.host.networkMode = .none
      $0.host.restartPolicy = RestartPolicy(name: .unlessStopped)
    },
    plain(0x24, "removing") {
      $0.state.status = .removing
      $0.host.networkMode = .bridge
    },
    plain(0x25, "exited") {
      $0.state.status = .exited
      $0.state.exitCode = 137
      $0.state.health = Health(status: .healthy)
      $0.host.networkMode = .container("full")
      $0.host.maskedPaths = []
      $0.host.runInit = false
      $0.configuration.entrypoint = []
      $0.configuration.healthcheck = Healthcheck()
    },
    plain(0x26, "dead") {
      $0.state.status = .dead
      $0.endpoints = [
        Endpoint(id: id(0x35), network: id(0x14), container: id(0x26), settings: EndpointSettings())
      ]
    },
  ]

  // MARK: Volumes and settings

  static let volumes: [Volume] = [
    Volume(
      name: "data", driver: "local", created: time, mountpoint: "/var/lib/causeway/volumes/data/_data",
      labels: ["kept": "yes"], options: ["type": "tmpfs", "device": "tmpfs", "o": "size=1m"]),
    Volume(
      name: String(repeating: "5", count: 64), created: time, mountpoint: "/var/lib/causeway/volumes/5/_data",
      isAnonymous: true),
  ]

  static let settings: [String: String] = [
    "id": String(repeating: "e", count: 64),
    "router": "6f9619ff-8b86-d011-b42d-00cf4fc964ff 1 0",
    "plugin-debt:3":
      "acme\nNetworkDriver.DeleteNetwork\n\(String(repeating: "0", count: 60))c015\n"
      + #"{"NetworkID":"0000"}"#,
    "plugin-debt:4": "acme-ipam\nIpamDriver.ReleaseAddress\n-\n"
      + #"{"PoolID":"pool-7","Address":"10.30.0.2"}"#,
    "plugin-debt:9": "overlay\nRelease\n-\n"
      + #"{"addresses":["10.20.0.2"],"container":"\#(String(repeating: "0", count: 60))c020","#
      + #""network":"\#(String(repeating: "0", count: 60))c014"}"#,
    "cluster:nodes/edge": #"{"address":"192.0.2.77","name":"edge"}"#,
  ]
}

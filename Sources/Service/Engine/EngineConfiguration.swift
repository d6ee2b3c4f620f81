package import Addressing
package import EngineModel
package import NetworkPlan
package import Plugins

/// The engine's settings. Every field has a default that works on a host without configuration.
package struct EngineConfiguration: Sendable, Hashable {
  /// The folder for persistent data: state, images, volumes, containers' files.
  package var dataRoot: String
  /// The folder for data that a reboot removes: namespaces, pid files, sockets.
  package var execRoot: String
  /// The pools for subnets of networks that name none.
  package var addressPools: [SubnetPool]
  /// `--default-network-opt`: driver options of new networks that do not set them, by driver.
  package var defaultNetworkOptions: [String: [String: String]]
  /// `--bridge=none`: without it, containers that name no network have only a loopback link.
  package var hasDefaultNetwork = true
  /// `--bridge`: an existing bridge for the default network; `nil`: the engine's own.
  package var defaultBridge: InterfaceName?
  /// `--bip`: address and prefix length of the default bridge; `nil`: from the pools.
  package var defaultBridgeAddress: InterfaceAddress?
  /// `--fixed-cidr`: the part of the default bridge's subnet from which containers get addresses.
  package var defaultBridgeRange: IPPrefix?
  /// `--ipv6`: whether the default bridge also has IPv6.
  package var hasDefaultBridgeIPv6: Bool
  /// `--fixed-cidr-v6`: its IPv6 subnet; `nil`: from the pools.
  package var defaultBridgeSubnet6: IPPrefix?
  /// `--mtu` of the default bridge; `nil`: the kernel's.
  package var mtu: UInt32?
  /// `--icc` of the default bridge.
  package var isICCEnabled: Bool
  /// `--ip`: the host address of published ports that name none.
  package var defaultHostBinding: IPAddress?
  /// `--dns`; empty: those of the host.
  package var dnsServers: [IPAddress]
  package var dnsSearch: [String]
  package var dnsOptions: [String]
  /// `--host-gateway-ip`: the addresses of `host-gateway` and `host.docker.internal`; empty: each network's gateway.
  package var hostGateways: [IPAddress]
  /// `--self-healing`: whether the running engine removes drift from its network.
  package var healsItself: Bool
  /// `--docker-user-chain`: whether the engine adds accept rules for its bridges to Docker's chain DOCKER-USER.
  package var opensDockerUserChain = true
  /// `--firewalld-zone`: whether the engine puts its bridges into a zone of firewalld that accepts their packets.
  package var usesFirewalldZone = true
  /// Labels of the engine, `KEY=VALUE`.
  package var labels: [String]
  /// The programs of OCI runtimes, by name.
  package var runtimes: [String: String]
  /// `nil`: the fastest installed one that works on this host.
  package var defaultRuntime: String?
  package var monitorProgram: String
  /// The data plane's program; `nil`: in the folder of the engine's own.
  package var dataPlaneProgram: String?
  /// The folders where plugins register.
  package var pluginFolders: PluginFolders
  /// The timeout of a plugin call.
  package var pluginTimeout: Duration
  /// The host's resolver configuration.
  package var resolverConfiguration: String
  package var containerDefaults = ContainerDefaults()
  /// `--registry-mirror` and `--insecure-registry`.
  package var registries = RegistrySettings()
  /// `nil`: no overlay networks.
  package var cluster: ClusterConfiguration?
  /// The number of past events that clients can read.
  package var eventHistory: Int

  package init(
    dataRoot: String = "/var/lib/causeway", execRoot: String = "/run/causeway",
    addressPools: [SubnetPool] = SubnetPool.defaults
  ) {
    self.dataRoot = dataRoot
    self.execRoot = execRoot
    self.addressPools = addressPools
    defaultNetworkOptions = [:]
    hasDefaultBridgeIPv6 = false
    isICCEnabled = true
    dnsServers = []
    dnsSearch = []
    dnsOptions = []
    hostGateways = []
    healsItself = true
    labels = []
    runtimes = ["runc": "runc", "crun": "crun"]
    monitorProgram = "conmon"
    pluginFolders = .standard
    pluginTimeout = .seconds(30)
    resolverConfiguration = "/etc/resolv.conf"
    eventHistory = 1024
  }

  package var databasePath: String { "\(dataRoot)/state.sqlite" }
  package var containersPath: String { "\(dataRoot)/containers" }
  package var volumesPath: String { "\(dataRoot)/volumes" }
  /// Logins and settings for the moment in which a registry is asked.
  package var registriesPath: String { "\(execRoot)/registries" }
  /// The folder of the namespace files, named by container id.
  package var namespacesPath: String { "\(execRoot)/netns" }
}

public import Addressing
import EngineModel
public import Images
public import NetworkPlan
public import Plugins

/// The engine's settings. Every field has a default that works on a host without configuration.
public struct EngineConfiguration: Sendable, Hashable {
  /// The folder for persistent data: state, images, volumes, containers' files.
  public var dataRoot: String
  /// The folder for data that a reboot removes: namespaces, pid files, sockets.
  public var execRoot: String
  /// The pools for subnets of networks that name none.
  public var addressPools: [SubnetPool]
  /// `--default-network-opt`: driver options of new networks that do not set them, by driver.
  public var defaultNetworkOptions: [String: [String: String]]
  /// `--bridge=none`: without it, containers that name no network have only a loopback link.
  public var hasDefaultNetwork = true
  /// `--bridge`: an existing bridge for the default network; `nil`: the engine's own.
  public var defaultBridge: InterfaceName?
  /// `--bip`: address and prefix length of the default bridge; `nil`: from the pools.
  public var defaultBridgeAddress: InterfaceAddress?
  /// `--fixed-cidr`: the part of the default bridge's subnet from which containers get addresses.
  public var defaultBridgeRange: IPPrefix?
  /// `--ipv6`: whether the default bridge also has IPv6.
  public var hasDefaultBridgeIPv6: Bool
  /// `--fixed-cidr-v6`: its IPv6 subnet; `nil`: from the pools.
  public var defaultBridgeSubnet6: IPPrefix?
  /// `--mtu` of the default bridge; `nil`: the kernel's.
  public var mtu: UInt32?
  /// `--icc` of the default bridge.
  public var isICCEnabled: Bool
  /// `--ip`: the host address of published ports that name none.
  public var defaultHostBinding: IPAddress?
  /// `--dns`; empty: those of the host.
  public var dnsServers: [IPAddress]
  public var dnsSearch: [String]
  public var dnsOptions: [String]
  /// `--host-gateway-ip`: the addresses of `host-gateway` and `host.docker.internal`; empty: each network's gateway.
  public var hostGateways: [IPAddress]
  /// `--self-healing`: whether the running engine removes drift from its network.
  public var healsItself: Bool
  /// `--docker-user-chain`: whether the engine adds accept rules for its bridges to Docker's chain DOCKER-USER.
  public var opensDockerUserChain = true
  /// Labels of the engine, `KEY=VALUE`.
  public var labels: [String]
  /// The programs of OCI runtimes, by name.
  public var runtimes: [String: String]
  /// `nil`: the fastest installed one that works on this host.
  public var defaultRuntime: String?
  public var monitorProgram: String
  /// The data plane's program; `nil`: in the folder of the engine's own.
  public var dataPlaneProgram: String?
  /// The folders where plugins register.
  public var pluginFolders: PluginFolders
  /// The timeout of a plugin call.
  public var pluginTimeout: Duration
  /// The host's resolver configuration.
  public var resolverConfiguration: String
  public var containerDefaults = ContainerDefaults()
  /// `--registry-mirror` and `--insecure-registry`.
  public var registries = RegistrySettings()
  /// `nil`: no overlay networks.
  public var cluster: ClusterConfiguration?
  /// The number of past events that clients can read.
  public var eventHistory: Int

  public init(
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

  public var databasePath: String { "\(dataRoot)/state.sqlite" }
  public var containersPath: String { "\(dataRoot)/containers" }
  public var volumesPath: String { "\(dataRoot)/volumes" }
  /// Logins and settings for the moment in which a registry is asked.
  public var registriesPath: String { "\(execRoot)/registries" }
  public var imagesPath: String { "\(dataRoot)/images" }
  /// The folder of the namespace files, named by container id.
  public var namespacesPath: String { "\(execRoot)/netns" }
}

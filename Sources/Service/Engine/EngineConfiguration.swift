public import Addressing
import EngineModel
public import Images
public import NetworkPlan
public import Plugins

/// What an engine is told when it starts. Every field has a default that suits a host on which nothing was set up.
public struct EngineConfiguration: Sendable, Hashable {
  /// What lasts: state, images, volumes, containers' files.
  public var dataRoot: String
  /// What lasts until the machine is started again: namespaces, pid files, sockets.
  public var execRoot: String
  /// Where networks get their subnets from when none is asked for.
  public var addressPools: [SubnetPool]
  /// `--default-network-opt`: driver options of new networks that do not set them, by driver.
  public var defaultNetworkOptions: [String: [String: String]]
  /// `--bridge=none`: without one, containers that ask for no network have a loopback and nothing else.
  public var hasDefaultNetwork = true
  /// `--bridge`: a bridge that somebody made, for the default network; `nil`: the engine's own.
  public var defaultBridge: InterfaceName?
  /// `--bip`: address and length of the default bridge; `nil`: from the pools.
  public var defaultBridgeAddress: InterfaceAddress?
  /// `--fixed-cidr`: the part of the default bridge's subnet from which containers get addresses.
  public var defaultBridgeRange: IPPrefix?
  /// `--ipv6`: whether the default bridge has IPv6, too.
  public var hasDefaultBridgeIPv6: Bool
  /// `--fixed-cidr-v6`: its IPv6 subnet; `nil`: from the pools.
  public var defaultBridgeSubnet6: IPPrefix?
  /// `--mtu` of the default bridge; `nil`: the kernel's.
  public var mtu: UInt32?
  /// `--icc` of the default bridge.
  public var isICCEnabled: Bool
  /// `--ip`: where ports are published when the user names no address.
  public var defaultHostBinding: IPAddress?
  /// `--dns`; empty: those of the host.
  public var dnsServers: [IPAddress]
  public var dnsSearch: [String]
  public var dnsOptions: [String]
  /// `--host-gateway-ip`: what `host-gateway` and `host.docker.internal` stand for; empty: each network's gateway.
  public var hostGateways: [IPAddress]
  /// `--self-healing`: whether what others change of the engine's network is restored while the engine runs.
  public var healsItself: Bool
  /// `--docker-user-chain`: whether a Docker beside this engine is told to let the engine's bridges pass.
  public var opensDockerUserChain = true
  /// Labels of the engine, `KEY=VALUE`.
  public var labels: [String]
  /// Names of OCI runtimes and where their programs are.
  public var runtimes: [String: String]
  /// `nil`: the quickest of those that are installed and work on this host.
  public var defaultRuntime: String?
  public var monitorProgram: String
  /// The data plane's program; `nil`: beside the engine's own.
  public var dataPlaneProgram: String?
  /// Where plugins make themselves known.
  public var pluginFolders: PluginFolders
  /// How long a plugin has for an answer.
  public var pluginPatience: Duration
  /// The host's resolver configuration.
  public var resolverConfiguration: String
  public var containerDefaults = ContainerDefaults()
  /// `--registry-mirror` and `--insecure-registry`.
  public var registries = RegistrySettings()
  /// `nil`: networks that span hosts cannot be made.
  public var cluster: ClusterConfiguration?
  /// How many events are kept for clients that ask for the past.
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
    pluginPatience = .seconds(30)
    resolverConfiguration = "/etc/resolv.conf"
    eventHistory = 1024
  }

  public var databasePath: String { "\(dataRoot)/state.sqlite" }
  public var containersPath: String { "\(dataRoot)/containers" }
  public var volumesPath: String { "\(dataRoot)/volumes" }
  /// Logins and settings for the moment in which a registry is asked.
  public var registriesPath: String { "\(execRoot)/registries" }
  public var imagesPath: String { "\(dataRoot)/images" }
  /// Where each container's network namespace is a file with the container's id for a name.
  public var namespacesPath: String { "\(execRoot)/netns" }
}

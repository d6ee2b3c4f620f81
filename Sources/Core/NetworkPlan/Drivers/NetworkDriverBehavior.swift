package import Addressing
package import EngineModel

/// Everything in which one network driver differs from another, as pure answers. The engine carries out the effects
/// (calls to plugins, the cluster store, the kernel) and never compares driver names.
///
/// To add a driver, write a type that conforms to this protocol, add it to ``NetworkDrivers/builtIn`` and test it.
package protocol NetworkDriverBehavior: Sendable {
  /// The name in Docker's API.
  var driver: NetworkDriver { get }

  // MARK: Kind

  /// Whether a plugin creates the links and must be called for every step.
  var isPlugin: Bool { get }
  /// Whether the network is shared by all engines of a cluster, so that the cluster store grants its addresses.
  var spansHosts: Bool { get }
  /// Whether this host is the router of the network: it has the gateway's address, and its firewall decides about packets
  /// from and to the network.
  var isRoutedByHost: Bool { get }
  /// What a packet meets when a container sends it.
  var segment: NetworkSegment { get }

  // MARK: Creation

  /// - Throws: in Docker's words if the user may not create a network with this driver here.
  func checkCreation(in context: NetworkCreationContext) throws(EngineError)
  /// - Throws: `invalidParameter` in Docker's words for a wrong option.
  func checkOptions(of network: Network) throws(EngineError)
  /// The driver options that have an effect; `nil` if the driver passes all of them on.
  var optionKeys: Set<String>? { get }
  /// The kinds of link that a network of this driver may need and that not every kernel has.
  var linkKinds: Set<String> { get }
  /// Those of ``linkKinds`` without which no network of this driver works.
  var requiredLinkKinds: Set<String> { get }
  /// The link of the host that the user named for the network.
  func hostLink(of network: Network) throws(EngineError) -> HostLinkUse?

  // MARK: Addresses

  /// The pools from which the driver takes subnets before the engine's own pools.
  var preferredPools: [SubnetPool] { get }
  /// Whether an address is reserved for the gateway if the user names none.
  func reservesGateway(_ family: AddressFamily, on network: Network) -> Bool
  /// Whether an endpoint gets the gateway of its address pool. If not, the network has no router, or the plugin names it.
  var assignsPoolGateway: Bool { get }
  /// Whether the auxiliary addresses `DefaultGatewayIPv4` and `DefaultGatewayIPv6` replace the gateway, as in Docker.
  var honorsAuxiliaryGateway: Bool { get }
  /// Whether each endpoint has a MAC address of its own.
  func givesMACAddresses(on network: Network) -> Bool
  /// Why the user cannot choose an endpoint's MAC address; `nil` if that is possible.
  var customMACRefusal: String? { get }

  // MARK: Desired state

  /// The network's fragment: what exists on this host without any of its endpoints.
  func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState
  /// The parent link that the engine creates for the network and for all other networks that name it.
  func createdParent(of network: Network) throws(EngineError) -> CreatedParent?
  /// The original settings of an adopted link, which the engine restores when it removes the network.
  func stateToRestore(for network: Network) throws(EngineError) -> KernelState
  /// The links of one endpoint, on the host and in the sandbox, with the elements that belong to them. ``SandboxIntent``
  /// adds addresses and default routes.
  ///
  /// - Parameter publishes: whether ports of the container are published at this endpoint.
  func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState
  /// Whether the network gets further bridges when its own has no free port; see ``BridgeMember``.
  var hasMemberBridges: Bool { get }
  /// The beginning of interface names inside containers.
  func interfacePrefix(on network: Network) throws(EngineError) -> String
  /// The MTU of endpoints where it depends on the host; `nil` if the network's options decide.
  func endpointMTU(on network: Network, in context: NetworkContext) throws(EngineError) -> UInt32?

  // MARK: Connectivity

  /// The bridge on this host that the endpoints' links are ports of.
  func bridge(of network: Network) -> InterfaceName?
  /// Whether containers send every packet onto the link, without a router.
  func needsNoRouter(on network: Network) -> Bool
  /// The options by which ports are published on the network; `nil` if the driver publishes none.
  func publicationOptions(of network: Network) -> BridgeOptions?
  /// Whether the driver leaves external connectivity of the endpoint to the gateway network.
  func leavesExternalConnectivity(of endpoint: Endpoint) -> Bool
  /// Why no container can be connected to the network, in Docker's words; `nil` if containers can.
  var connectionRefusal: String? { get }
}

/// What a packet meets when a container sends it, for `explain`.
package enum NetworkSegment: Sendable, Hashable {
  /// A bridge of this host, and the firewall tables on it.
  case bridge
  /// The segment of a parent link, past this host's firewall.
  case parent
  /// Something that this engine does not know, for instance a plugin's links.
  case unknown
}

/// The link of the host that the user named for a network.
package enum HostLinkUse: Sendable, Hashable {
  /// The network's bridge. It is created if it does not exist.
  case bridge(InterfaceName)
  /// The parent link of the endpoints' links.
  case parent(InterfaceName, ParentLinkOptions)
}

/// A parent link that the engine creates, with its fragment. It exists as long as one network uses it.
package typealias CreatedParent = (name: InterfaceName, state: KernelState)

/// What decides whether a network can be created, besides its own record.
package struct NetworkCreationContext: Sendable, Hashable {
  /// Whether the engine is in a cluster.
  package var isInCluster: Bool
  /// The IPAM driver of the request; empty: the engine.
  package var ipamDriver: String
  package var isConfigurationOnly: Bool

  package init(isInCluster: Bool = false, ipamDriver: String = "", isConfigurationOnly: Bool = false) {
    self.isInCluster = isInCluster
    self.ipamDriver = ipamDriver
    self.isConfigurationOnly = isConfigurationOnly
  }
}

/// What this host and its cluster contribute to a network's desired state.
package struct NetworkContext: Sendable, Hashable {
  /// This host's end of the tunnels to other nodes; `nil` outside a cluster.
  package var tunnel: OverlayDriver.Tunnel?
  /// The network's containers on other nodes.
  package var remoteEndpoints: [OverlayDriver.RemoteEndpoint]
  /// Whether containers of this host are on the network.
  package var hasLocalEndpoints: Bool

  package init(
    tunnel: OverlayDriver.Tunnel? = nil, remoteEndpoints: [OverlayDriver.RemoteEndpoint] = [],
    hasLocalEndpoints: Bool = false
  ) {
    self.tunnel = tunnel
    self.remoteEndpoints = remoteEndpoints
    self.hasLocalEndpoints = hasLocalEndpoints
  }
}

import Coordination
import Addressing
import Cluster
import EngineModel
import Kernel
import NetworkPlan

/// What the engine knows about its cluster, and the state of the connection to the store.
struct ClusterState: Sendable {
  let configuration: ClusterConfiguration
  /// This node's id, which is the engine's id.
  let node: String
  var records = ClusterRecords()
  /// This host's end of the tunnels; `nil` if the advertised address is not an address of this host.
  var tunnel: OverlayDriver.Tunnel?
  /// Whether the engine receives the store's changes, so that its records are current.
  var isConnected = false
  /// The store's lease that shows that this engine is alive.
  var lease: Int64?
  /// Why the store is not connected.
  var storeError = Self.notConnectedYet
  static let notConnectedYet = "the cluster store has not been contacted yet"
  /// Claims in the store that no record contains yet. They are not left over.
  var pendingClaims: Set<ClusterPath> = []
  var waiters: [Waiter] = []
  /// Follows the store while the engine runs.
  var follower: Task<Void, Never>?

  /// A task that waits until the engine has received a change of the store.
  struct Waiter: Sendable {
    let revision: Int64
    /// `nil`: the engine has received it.
    let outcome: OneShot<EngineError?, Never>
  }

  init(_ configuration: ClusterConfiguration, node: String) {
    self.configuration = configuration
    self.node = node
  }

  static func claims(of addresses: [IPAddress], on network: NetworkID) -> [ClusterPath] {
    addresses.map { .address(network, $0) }
  }
}

/// This host's address on the underlay.
struct Underlay: Sendable, Hashable {
  let address: IPAddress
  /// In bytes.
  let mtu: UInt32

  /// Finds an address by itself or by the name of its link. Of a link's addresses, the first IPv4 address counts, or else the
  /// first IPv6 address. `nil` if this host has no such address.
  static func find(
    _ text: String, _ links: [ObservedLink], _ addresses: [ObservedAddress]
  ) -> Underlay? {
    let requestedAddress = IPAddress(text)
    let usable = addresses.filter { !$0.address.address.isLinkLocal || $0.address.address == requestedAddress }
    let ordered = usable.filter { $0.address.family == .ipv4 } + usable.filter { $0.address.family == .ipv6 }
    let match = ordered.first { observed in
      if let requestedAddress { return observed.address.address == requestedAddress }
      return links.contains { $0.index == observed.linkIndex && $0.name.rawValue == text }
    }
    guard let match, let link = links.first(where: { $0.index == match.linkIndex }) else { return nil }
    return Underlay(address: match.address.address, mtu: link.mtu)
  }
}

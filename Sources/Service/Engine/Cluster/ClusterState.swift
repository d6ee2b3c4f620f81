import Addressing
import Cluster
import EngineModel
import Kernel
import NetworkPlan

/// What the engine knows of its cluster, and how it stands with the store.
struct ClusterState: Sendable {
  let configuration: ClusterConfiguration
  /// This host's id: the engine's own.
  let node: String
  var records = ClusterRecords()
  /// This host's end of tunnels; `nil`: what is advertised is no address of this host.
  var tunnel: OverlayDriver.Tunnel?
  /// The store is followed. What is known is then as new as can be.
  var isConnected = false
  /// What says in the store that this engine is alive.
  var lease: Int64?
  /// Why it is not.
  var fault = Self.unasked
  static let unasked = "the cluster's store has not been asked yet"
  /// Claims that are made and not in a record yet: they are not taken for left over.
  var inMaking: Set<ClusterPath> = []
  var waiters: [Waiter] = []

  /// Somebody who waits until a change of the store is known here.
  struct Waiter: Sendable {
    let revision: Int64
    /// `nil`: it is.
    let promise: Promise<EngineError?>
  }

  init(_ configuration: ClusterConfiguration, node: String) {
    self.configuration = configuration
    self.node = node
  }

  /// Where a container's place is on record.
  static func path(_ endpoint: Endpoint) -> ClusterPath { .endpoint(endpoint.network, endpoint.id) }

  static func claims(of addresses: [IPAddress], on network: NetworkID) -> [ClusterPath] {
    addresses.map { .address(network, $0) }
  }
}

/// The network beneath, where this host is on it.
struct Underlay: Sendable, Hashable {
  let address: IPAddress
  /// In bytes.
  let mtu: UInt32

  /// What an administrator means by an address or the name of a link; `nil` when this host has no such thing. Of a link's
  /// addresses the first of IPv4 counts, or else of IPv6.
  static func find(
    _ text: String, _ links: [ObservedLink], _ addresses: [ObservedAddress]
  ) -> Underlay? {
    let wanted = IPAddress(text)
    let usable = addresses.filter { !$0.address.address.isLinkLocal || $0.address.address == wanted }
    let ordered = usable.filter { $0.address.family == .ipv4 } + usable.filter { $0.address.family == .ipv6 }
    let match = ordered.first { observed in
      if let wanted { return observed.address.address == wanted }
      return links.contains { $0.index == observed.linkIndex && $0.name.rawValue == text }
    }
    guard let match, let link = links.first(where: { $0.index == match.linkIndex }) else { return nil }
    return Underlay(address: match.address.address, mtu: link.mtu)
  }
}

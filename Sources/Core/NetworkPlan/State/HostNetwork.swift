public import Addressing
public import EngineModel

/// What of the host's own network counts when a network is made: what takes address space, the links that are there,
/// and the kinds of link that this kernel cannot make.
public struct HostNetwork: Sendable, Hashable {
  public struct Link: Sendable, Hashable {
    /// `bridge`, `vlan`; empty for hardware.
    public let kind: String
    /// `IFLA_IFALIAS`: what is ours says whose it is.
    public let alias: String?
    public let addresses: Set<InterfaceAddress>

    public init(kind: String, alias: String? = nil, addresses: Set<InterfaceAddress> = []) {
      self.kind = kind
      self.alias = alias
      self.addresses = addresses
    }

  }

  /// What routes and addresses already take, those of our networks among them.
  public var space: AddressSpace
  public var links: [InterfaceName: Link]
  /// Of the kinds that were asked about.
  public var missingKinds: Set<String>

  public init(prefixes: [IPPrefix] = [], links: [InterfaceName: Link] = [:], missingKinds: Set<String> = []) {
    space = AddressSpace(prefixes.map(Self.claim))
    self.links = links
    self.missingKinds = missingKinds
  }

  /// What a route or an address takes.
  public static func claim(_ prefix: IPPrefix) -> AddressSpace.Claim {
    AddressSpace.Claim(prefix, holder: "a route of this host")
  }

  /// The kinds of link that a driver may need and not every kernel has.
  public static func kinds(of driver: NetworkDriver) -> Set<String> {
    switch driver {
    case .macvlan, .ipvlan: [driver.rawValue, "vlan"]
    case .overlay: ["vxlan"]
    default: []
    }
  }

  /// Says that the kernel cannot make links of a kind, and what it lacks.
  public static func missing(_ kind: String) -> EngineError {
    let module = kind == "vlan" ? "8021q" : kind
    return EngineError(
      .notImplemented,
      "this host's kernel cannot make links of the type \(kind): the kernel module \(module) is missing (modprobe \(module))"
    )
  }
}

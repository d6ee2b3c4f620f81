public import Addressing
public import EngineModel

/// The host's own network, as far as it matters for creating a network: used address space, links, and the kinds of link
/// that the kernel cannot create.
public struct HostNetwork: Sendable, Hashable {
  public struct Link: Sendable, Hashable {
    /// `bridge`, `vlan`; empty for hardware.
    public let kind: String
    /// `IFLA_IFALIAS`. The engine's links have an alias that begins with ``NetworkPlan/Link/aliasPrefix``.
    public let alias: String?
    public let addresses: Set<InterfaceAddress>

    public init(kind: String, alias: String? = nil, addresses: Set<InterfaceAddress> = []) {
      self.kind = kind
      self.alias = alias
      self.addresses = addresses
    }
  }

  /// The prefixes of routes and addresses, including those of the engine's networks.
  public var space: AddressSpace
  public var links: [InterfaceName: Link]
  /// Those of the requested kinds that the kernel cannot create.
  public var missingKinds: Set<String>

  public init(prefixes: [IPPrefix] = [], links: [InterfaceName: Link] = [:], missingKinds: Set<String> = []) {
    space = AddressSpace(prefixes.map(Self.claim))
    self.links = links
    self.missingKinds = missingKinds
  }

  /// The address space of a route or an address.
  public static func claim(_ prefix: IPPrefix) -> AddressSpace.Claim {
    AddressSpace.Claim(prefix, holder: "a route of this host")
  }

  /// The error for a kind of link that the kernel cannot create; it names the missing kernel module.
  public static func missing(_ kind: String) -> EngineError {
    let module = kind == "vlan" ? "8021q" : kind
    return EngineError(
      .notImplemented,
      "this host's kernel cannot create links of the type \(kind): the kernel module \(module) is missing (modprobe "
        + "\(module))"
    )
  }
}

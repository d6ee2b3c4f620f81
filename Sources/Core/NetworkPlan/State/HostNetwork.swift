package import Addressing
package import EngineModel

/// The host's own network, as far as it matters for creating a network: used address space, links, and the kinds of link
/// that the kernel cannot create.
package struct HostNetwork: Sendable, Hashable {
  package struct Link: Sendable, Hashable {
    /// `bridge`, `vlan`; empty for hardware.
    package let kind: String
    /// `IFLA_IFALIAS`. The engine's links have an alias that begins with ``NetworkPlan/Link/aliasPrefix``.
    package let alias: String?
    package let addresses: Set<InterfaceAddress>

    package init(kind: String, alias: String? = nil, addresses: Set<InterfaceAddress> = []) {
      self.kind = kind
      self.alias = alias
      self.addresses = addresses
    }
  }

  /// The prefixes of addresses and routes, including those of the engine's networks.
  package var space: AddressSpace
  package var links: [InterfaceName: Link]
  /// Those of the requested kinds that the kernel cannot create.
  package var missingKinds: Set<String>

  package init(prefixes: [IPPrefix] = [], links: [InterfaceName: Link] = [:], missingKinds: Set<String> = []) {
    space = AddressSpace(prefixes.map(Self.claim(ofRoute:)))
    self.links = links
    self.missingKinds = missingKinds
  }

  /// The address space of a route.
  package static func claim(ofRoute prefix: IPPrefix) -> AddressSpace.Claim {
    AddressSpace.Claim(prefix, holder: "a route of this host", isRoute: true)
  }

  /// The address space of an address: the other addresses of its subnet are neighbours of this host.
  package static func claim(ofAddress subnet: IPPrefix) -> AddressSpace.Claim {
    AddressSpace.Claim(subnet, holder: "an address of this host")
  }

  /// The error for a kind of link that the kernel cannot create; it names the missing kernel module.
  package static func missing(_ kind: String) -> EngineError {
    let module = kind == "vlan" ? "8021q" : kind
    return EngineError(
      .notImplemented,
      "this host's kernel cannot create links of the type \(kind): the kernel module \(module) is missing (modprobe "
        + "\(module))"
    )
  }
}

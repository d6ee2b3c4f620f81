public import Nftables

/// A piece of the kernel's network state, as wished for or as observed. DesiredState are fragments: one for the host, one for
/// each network, one for each sandbox. Fragments share nothing, so adding one is the difference from nothing to it,
/// and the whole wish is their union.
public struct KernelState: Hashable, Sendable, Codable {
  /// Sandboxes that exist.
  public var sandboxes: Set<String> = []
  public var links: [LinkKey: Link] = [:]
  public var addresses: Set<AssignedAddress> = []
  public var routes: Set<Route> = []
  public var fdbEntries: Set<FDBEntry> = []
  public var sysctls: [Sysctl: String] = [:]
  public var firewalls: [NetworkNamespaceName: Firewall] = [:]
  /// Of a wish: links that are left as somebody else made them while the engine runs, with their addresses, routes and
  /// settings.
  public var unattended: Set<LinkKey> = []

  public init() {}

  public var isEmpty: Bool { self == KernelState() }

  /// Adds another fragment. Where both speak of the same thing the other one wins.
  public mutating func formUnion(_ other: KernelState) {
    sandboxes.formUnion(other.sandboxes)
    links.merge(other.links) { $1 }
    addresses.formUnion(other.addresses)
    routes.formUnion(other.routes)
    fdbEntries.formUnion(other.fdbEntries)
    sysctls.merge(other.sysctls) { $1 }
    // In place: the whole wish is the union of thousands of fragments.
    for (namespace, firewall) in other.firewalls { firewalls[namespace, default: Firewall()].formUnion(firewall) }
    unattended.formUnion(other.unattended)
  }

  public mutating func addElement(
    _ element: Element, to set: SetReference, in namespace: NetworkNamespaceName = .host
  ) {
    firewalls[namespace, default: Firewall()].elements[set, default: []].insert(element)
  }
}

/// Our tables in one namespace: the frames that stand there, and the elements in their sets.
public struct Firewall: Hashable, Sendable, Codable {
  public var tables: [TableReference: Table] = [:]
  public var elements: [SetReference: Set<Element>] = [:]

  public init() {}

  mutating func formUnion(_ other: Firewall) {
    tables.merge(other.tables) { $1 }
    for (set, more) in other.elements { elements[set, default: []].formUnion(more) }
  }
}

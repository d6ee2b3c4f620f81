package import Nftables

/// Desired or observed network state of the kernel. The desired state consists of fragments: one for the host, one for each
/// network, one for each sandbox. Fragments do not overlap, and the whole desired state is their union.
package struct KernelState: Hashable, Sendable {
  package var sandboxes: Set<String> = []
  package var links: [LinkKey: Link] = [:]
  package var addresses: Set<AssignedAddress> = []
  package var routes: Set<Route> = []
  package var fdbEntries: Set<FDBEntry> = []
  package var sysctls: [Sysctl: String] = [:]
  package var firewalls: [NetworkNamespaceName: Firewall] = [:]
  /// Desired links whose drift the engine does not remove, also not that of their addresses, routes and settings.
  package var unattended: Set<LinkKey> = []

  package init() {}

  package var isEmpty: Bool { self == KernelState() }

  /// Adds another fragment. Where both contain the same object, the other one wins.
  package mutating func formUnion(_ other: KernelState) {
    sandboxes.formUnion(other.sandboxes)
    links.merge(other.links) { $1 }
    addresses.formUnion(other.addresses)
    routes.formUnion(other.routes)
    fdbEntries.formUnion(other.fdbEntries)
    sysctls.merge(other.sysctls) { $1 }
    // In place: the whole desired state is the union of thousands of fragments.
    for (namespace, firewall) in other.firewalls { firewalls[namespace, default: Firewall()].formUnion(firewall) }
    unattended.formUnion(other.unattended)
  }

  package mutating func addElement(
    _ element: Element, to set: SetReference, in namespace: NetworkNamespaceName = .host
  ) {
    firewalls[namespace, default: Firewall()].elements[set, default: []].insert(element)
  }
}

/// The engine's tables in one namespace: the frame tables, and the elements in their sets.
package struct Firewall: Hashable, Sendable {
  package var tables: [TableReference: Table] = [:]
  package var elements: [SetReference: Set<Element>] = [:]

  package init() {}

  mutating func formUnion(_ other: Firewall) {
    tables.merge(other.tables) { $1 }
    for (set, more) in other.elements { elements[set, default: []].formUnion(more) }
  }
}

package import Nftables

/// One change of the kernel's network state. It contains what is needed to undo it, and has a printed form of `ip`, `sysctl`
/// and `nft` commands.
package enum KernelChange: Hashable, Sendable {
  case createSandbox(String)
  case deleteSandbox(String)
  /// Creates the link with all its attributes. `peer` is the other end of a veth pair.
  case createLink(LinkKey, Link, peer: Link?)
  case deleteLink(LinkKey, Link, peer: Link?)
  /// Changes the attributes that differ.
  case setLink(LinkKey, from: Link, to: Link)
  case addAddress(AssignedAddress)
  case deleteAddress(AssignedAddress)
  case addRoute(Route)
  case deleteRoute(Route)
  case addFDBEntry(FDBEntry)
  case deleteFDBEntry(FDBEntry)
  /// `from` is `nil` if the former value is unknown; then the change cannot be undone.
  case setSysctl(Sysctl, from: String?, to: String)
  case firewall(NetworkNamespaceName, Command)

  /// The change that undoes this one; `nil` if that is unnecessary or impossible. A setting of a new link or sandbox
  /// disappears with it.
  package var inverse: KernelChange? {
    switch self {
    case .createSandbox(let name): .deleteSandbox(name)
    case .deleteSandbox(let name): .createSandbox(name)
    case .createLink(let key, let link, let peer): .deleteLink(key, link, peer: peer)
    case .deleteLink(let key, let link, let peer): .createLink(key, link, peer: peer)
    // The engine does not know whether an adopted link was up before.
    case .setLink(_, _, let to) where to.kind == .adopted: nil
    case .setLink(let key, let from, let to): .setLink(key, from: to, to: from)
    case .addAddress(let address): .deleteAddress(address)
    case .deleteAddress(let address): .addAddress(address)
    case .addRoute(let route): .deleteRoute(route)
    case .deleteRoute(let route): .addRoute(route)
    case .addFDBEntry(let entry): .deleteFDBEntry(entry)
    case .deleteFDBEntry(let entry): .addFDBEntry(entry)
    case .setSysctl(let sysctl, let from, let to): from.map { .setSysctl(sysctl, from: to, to: $0) }
    case .firewall(let namespace, .replaceTable(let table)): .firewall(namespace, .deleteTable(table))
    case .firewall(let namespace, .deleteTable(let table)): .firewall(namespace, .replaceTable(table))
    case .firewall(let namespace, .addElements(let set, let elements)):
      .firewall(namespace, .deleteElements(set, elements))
    case .firewall(let namespace, .deleteElements(let set, let elements)):
      .firewall(namespace, .addElements(set, elements))
    }
  }

  /// The namespace in which the change is made. A veth pair is created from its end on the host.
  package var namespace: NetworkNamespaceName {
    switch self {
    case .createSandbox, .deleteSandbox: .host
    case .createLink(let key, _, _), .deleteLink(let key, _, _), .setLink(let key, _, _): key.namespace
    case .addAddress(let address), .deleteAddress(let address): address.link.namespace
    case .addRoute(let route), .deleteRoute(let route): route.namespace
    case .addFDBEntry(let entry), .deleteFDBEntry(let entry): entry.link.namespace
    case .setSysctl(let sysctl, _, _): sysctl.namespace
    case .firewall(let namespace, _): namespace
    }
  }
}

import Addressing
import Nftables

extension KernelState {
  /// The changes that remove drift: they restore missing and changed objects of the desired state. Links, addresses and
  /// routes that something else added stay, and so do unattended links. In the engine's sets, foreign elements are removed.
  ///
  /// - Parameter unrouted: addresses without the route to their subnet. The kernel creates that route only when the address
  ///   is added.
  package func healing(towards desired: KernelState, unrouted: Set<AssignedAddress> = []) -> [KernelChange] {
    let unattended = currentlyUnattended(desired)
    var old = comparable(with: desired)
    old.sandboxes.formIntersection(desired.sandboxes)
    // A sandbox without its file still exists in its container's processes. A new, empty one would be no replacement.
    let lost = desired.sandboxes.subtracting(old.sandboxes)
    var new = desired
    new.forget { if case .sandbox(let name) = $0 { lost.contains(name) } else { false } }
    new.sandboxes.subtract(lost)
    old.links = old.links.filter { new.links[$0.key] != nil }
    old.addresses.formIntersection(new.addresses)
    old.routes.formIntersection(new.routes)
    // Only the engine changes these links, so foreign FDB entries are removed.
    old.fdbEntries = old.fdbEntries.filter { new.links[$0.link] != nil || new.fdbEntries.contains($0) }
    for key in unattended {
      old.links[key] = new.links[key]
      old.addresses.formUnion(new.addresses.filter { $0.link == key })
      old.routes.formUnion(new.routes.filter { LinkKey($0.namespace, $0.interface) == key })
      old.fdbEntries = old.fdbEntries.filter { $0.link != key }
      old.fdbEntries.formUnion(new.fdbEntries.filter { $0.link == key })
      for (sysctl, value) in new.sysctls
      where sysctl.namespace == key.namespace && sysctl.key.contains("/\(key.name)/") {
        old.sysctls[sysctl] = value
      }
    }
    let stranded = unrouted.intersection(old.addresses).filter { !unattended.contains($0.link) }
    let removals = old.removing(stranded)
    return removals + Self.difference(from: old, to: new)
  }

  /// The unattended links, without the ends of veth pairs that are restored together with an attended end, and with adopted
  /// links that do not exist.
  private func currentlyUnattended(_ desired: KernelState) -> Set<LinkKey> {
    let restored = desired.links.compactMap { key, link -> LinkKey? in
      guard case .veth(let far) = link.kind, !desired.unattended.contains(key), links[key]?.kind != link.kind
      else { return nil }
      return far
    }
    // The engine does not create adopted links.
    let abandoned = desired.links.filter { $0.value.kind == .adopted && links[$0.key] == nil }.keys
    return desired.unattended.subtracting(restored).union(abandoned)
  }

  /// Removes addresses from the state, with the routes that the kernel removes when a link loses its last address.
  ///
  /// - Returns: the changes.
  private mutating func removing(_ stranded: Set<AssignedAddress>) -> [KernelChange] {
    var changes: [KernelChange] = []
    for address in stranded.sorted() {
      addresses.remove(address)
      let dependent = routes.filter {
        LinkKey($0.namespace, $0.interface) == address.link
          && $0.destination.family == address.address.family
      }
      routes.subtract(dependent)
      changes += dependent.sorted().map { .deleteRoute($0) } + [.deleteAddress(address)]
    }
    return changes
  }
}

import Addressing
import Nftables

extension KernelState {
  /// What has to be done so that nothing of a wish is missing or changed, given what was observed of it. Links, addresses
  /// and routes that others added are let be, and so are links that the wish leaves unattended; in the engine's own
  /// sets only its own elements stay.
  ///
  /// - Parameter unrouted: addresses whose network's route is gone. The kernel makes that route when it is given the
  ///   address, and only then.
  public func healing(towards wish: KernelState, unrouted: Set<AssignedAddress> = []) -> [KernelChange] {
    let unattended = unattendedNow(wish)
    var old = comparable(with: wish)
    old.sandboxes.formIntersection(wish.sandboxes)
    // A sandbox whose file is gone lives on in its container's processes; an empty one would not replace it.
    let lost = wish.sandboxes.subtracting(old.sandboxes)
    var new = wish
    new.forget { if case .sandbox(let name) = $0 { lost.contains(name) } else { false } }
    new.sandboxes.subtract(lost)
    old.links = old.links.filter { new.links[$0.key] != nil }
    old.addresses.formIntersection(new.addresses)
    old.routes.formIntersection(new.routes)
    // Nobody else has any business with the links that these are on.
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
    let withdrawals = old.withdrawing(stranded)
    return withdrawals + Self.difference(from: old, to: new)
  }

  /// The wish's unattended links. An end of a pair that went with the other end is not left so when that other end is
  /// attended to.
  private func unattendedNow(_ wish: KernelState) -> Set<LinkKey> {
    let mended = wish.links.compactMap { key, link -> LinkKey? in
      guard case .veth(let far) = link.kind, !wish.unattended.contains(key), links[key]?.kind != link.kind
      else { return nil }
      return far
    }
    // One that was there before is its owner's to make again.
    let abandoned = wish.links.filter { $0.value.kind == .adopted && links[$0.key] == nil }.keys
    return wish.unattended.subtracting(mended).union(abandoned)
  }

  /// Takes addresses out of the state, with the routes that go when a link loses its last address, and gives the
  /// changes that do so.
  private mutating func withdrawing(_ stranded: Set<AssignedAddress>) -> [KernelChange] {
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

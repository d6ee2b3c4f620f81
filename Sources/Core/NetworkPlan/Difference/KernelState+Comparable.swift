import Addressing
import Nftables

extension KernelState {
  /// An observed state with everything left out that the wish has no opinion about: addresses and settings that the
  /// kernel makes by itself, properties the wish leaves open, the administrator's own tables.
  public func comparable(with wish: KernelState) -> KernelState {
    var result = self
    result.addresses = addresses.filter { assigned in
      wish.addresses.contains(assigned)
        || !(assigned.address.address.isLinkLocal || assigned.address.address.isLoopback)
    }
    result.sysctls = sysctls.filter { wish.sysctls[$0.key] != nil }
    result.links = links.filter { key, link in
      if case .loopback = link.kind { return wish.links[key] != nil }
      return true
    }
    // What is somebody else's is theirs to look after.
    for (key, wanted) in wish.links where wanted.kind == .adopted { result.links[key] = wanted }
    for (key, wanted) in wish.links where result.links[key]?.satisfies(wanted) == true {
      result.links[key] = wanted
    }
    return result
  }
}

import Addressing
import Nftables

extension KernelState {
  /// The observed state without everything that the desired state does not specify: addresses and settings that the kernel
  /// chooses, attributes that are `nil`, the administrator's tables.
  package func comparable(with desired: KernelState) -> KernelState {
    var result = self
    result.addresses = addresses.filter { assigned in
      desired.addresses.contains(assigned)
        || !(assigned.address.address.isLinkLocal || assigned.address.address.isLoopback)
    }
    result.sysctls = sysctls.filter { desired.sysctls[$0.key] != nil }
    result.links = links.filter { key, link in
      if case .loopback = link.kind { return desired.links[key] != nil }
      return true
    }
    // The engine does not manage adopted links.
    for (key, link) in desired.links where link.kind == .adopted { result.links[key] = link }
    for (key, link) in desired.links where result.links[key]?.satisfies(link) == true {
      result.links[key] = link
    }
    return result
  }
}

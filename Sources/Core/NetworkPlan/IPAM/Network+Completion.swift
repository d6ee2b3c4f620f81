import Addressing
package import EngineModel

extension Network {
  /// The network with complete address pools: with subnets and gateways, checked against other networks.
  ///
  /// - Parameters:
  ///   - pools: the pools for subnets that the user does not name.
  ///   - routes: the host's address space. A subnet that the user names may overlap it, as in Docker.
  ///   - networks: the other networks' address space. No subnet may overlap it.
  /// - Throws: `invalidParameter` or `forbidden`, in Docker's words.
  package func completed(
    pools: [SubnetPool], avoiding routes: AddressSpace, networks: AddressSpace
  ) throws(EngineError) -> Network {
    var result = self
    var complete: [AddressPool] = []
    var own = AddressSpace()
    func completed(_ pool: AddressPool, _ family: AddressFamily) throws(EngineError) -> AddressPool {
      let filled = try pool.completed(
        family, pools: pools, avoiding: routes, networks: [networks, own],
        reservesGateway: behavior.reservesGateway(family, on: self))
      if let subnet = filled.subnet { own.add(AddressSpace.Claim(subnet, holder: "network \"\(name)\"")) }
      return filled
    }
    for pool in ipam.pools {
      let families: [AddressFamily] =
        if let subnet = pool.subnet { [subnet.family] } else { enableIPv4 ? [.ipv4] : [] }
      for family in families where family == .ipv4 ? enableIPv4 : enableIPv6 {
        complete.append(try completed(pool, family))
      }
    }
    for family in AddressFamily.allCases where family == .ipv4 ? enableIPv4 : enableIPv6 {
      guard !complete.contains(where: { $0.subnet?.family == family }) else { continue }
      complete.append(try completed(AddressPool(), family))
    }
    result.ipam.pools = complete
    return result
  }
}

extension AddressPool {
  func completed(
    _ family: AddressFamily, pools: [SubnetPool], avoiding routes: AddressSpace, networks: [AddressSpace],
    reservesGateway: Bool
  ) throws(EngineError) -> AddressPool {
    var result = self
    let chosen: IPPrefix
    if let subnet {
      if networks.contains(where: { $0.overlaps(subnet) }) {
        throw EngineError(
          .forbidden, "invalid pool request: Pool overlaps with other one on this address space")
      }
      chosen = subnet
    } else {
      guard range == nil, gateway == nil, auxiliaryAddresses.isEmpty else {
        throw EngineError(
          .invalidParameter, "invalid network config:\nno subnet given for the other settings of the address pool")
      }
      chosen = try SubnetChoice.choose(family, from: pools, avoiding: networks + [routes])
      result.isAutomatic = true
    }
    result.subnet = chosen
    try Self.checkKind(of: chosen)
    guard let first = chosen.address(at: chosen.hostBits > 1 ? 1 : 0) else {
      throw EngineError(.invalidParameter, "invalid subnet \(chosen): too small for a gateway")
    }
    if let gateway, !chosen.contains(gateway) {
      throw EngineError(
        .invalidParameter, "invalid network config:\ninvalid gateway \(gateway): parent subnet is \(chosen)")
    }
    if let range, !chosen.contains(range) {
      throw EngineError(
        .invalidParameter, "invalid network config:\ninvalid ip-range \(range): parent subnet is \(chosen)")
    }
    for (name, address) in auxiliaryAddresses.sorted(by: { $0.key < $1.key }) where !chosen.contains(address) {
      throw EngineError(
        .invalidParameter,
        "invalid network config:\ninvalid auxiliary address \(name): \(address): parent subnet is \(chosen)")
    }
    try checkReserved(in: chosen)
    if reservesGateway { result.gateway = gateway ?? defaultGateway(in: chosen, first: first) }
    return result
  }

  /// Refuses prefixes that have a special meaning.
  private static func checkKind(of subnet: IPPrefix) throws(EngineError) {
    let kinds = [
      ("127.0.0.0/8", "loopback"), ("::1/128", "loopback"), ("224.0.0.0/4", "multicast"), ("ff00::/8", "multicast"),
      ("169.254.0.0/16", "link-local"), ("fe80::/10", "link-local"), ("0.0.0.0/8", "unspecified"),
      ("240.0.0.0/4", "reserved"),
    ]
    guard let kind = kinds.first(where: { IPPrefix($0.0)?.overlaps(subnet) == true }) else { return }
    throw EngineError(
      .invalidParameter,
      "invalid network config:\ninvalid subnet \(subnet): \(kind.1) addresses (\(kind.0)) cannot be used for a network")
  }

  /// Refuses the network's base address, IPv4's broadcast address, and addresses that are named twice.
  private func checkReserved(in subnet: IPPrefix) throws(EngineError) {
    var used: Set<IPAddress> = []
    if subnet.hostBits > 1 {
      used.insert(subnet.base)
      if subnet.family == .ipv4 { used.insert(subnet.last) }
    }
    if let gateway, !used.insert(gateway).inserted {
      throw EngineError(.forbidden, "failed to allocate gateway (\(gateway)): Address already in use")
    }
    for (name, address) in auxiliaryAddresses.sorted(by: { $0.key < $1.key }) where !used.insert(address).inserted {
      throw EngineError(
        .forbidden, "failed to allocate secondary ip address (\(name):\(address)): Address already in use")
    }
  }

  /// The first address that is not an auxiliary address.
  private func defaultGateway(in subnet: IPPrefix, first: IPAddress) -> IPAddress {
    let auxiliary = Set(auxiliaryAddresses.values)
    var address = first
    for offset in 2..<UInt128(auxiliary.count + 3) where auxiliary.contains(address) {
      address = subnet.address(at: offset) ?? address
    }
    return address
  }
}

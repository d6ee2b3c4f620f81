package import Addressing
package import EngineModel

/// How many addresses of a pool are leased and free.
package struct PoolUse: Sendable, Hashable {
  package let subnet: IPPrefix
  /// Leased and reserved addresses.
  package let taken: UInt128
  /// Free addresses in the range from which the engine chooses.
  package let available: UInt128
}

/// The leased addresses of one address pool.
package struct AddressLeases: Sendable, Hashable {
  package let subnet: IPPrefix
  /// The part of the subnet from which the engine chooses addresses.
  package let range: IPPrefix
  private var taken: Set<UInt128> = []
  /// No address of the range below this one is free, so the search for the lowest free one starts here.
  private var hint: UInt128

  /// - Parameter reserved: the gateway and the auxiliary addresses.
  package init(subnet: IPPrefix, range: IPPrefix? = nil, reserved: [IPAddress] = []) {
    self.subnet = subnet
    self.range = range ?? subnet
    hint = self.range.base.rawValue
    // The network's own address, and in IPv4 the broadcast address; a /31 or /32 has neither (RFC 3021).
    if subnet.hostBits > 1 {
      taken.insert(subnet.base.rawValue)
      if subnet.family == .ipv4 { taken.insert(subnet.last.rawValue) }
    }
    for address in reserved where subnet.contains(address) { taken.insert(address.rawValue) }
  }

  package var use: PoolUse {
    let used = taken.count { range.contains(IPAddress(family: subnet.family, rawValue: $0)) }
    let size = range.hostBits == 128 ? UInt128.max : UInt128(1) << UInt128(range.hostBits)
    return PoolUse(subnet: subnet, taken: UInt128(taken.count), available: size - min(size, UInt128(used)))
  }

  package func isTaken(_ address: IPAddress) -> Bool {
    subnet.contains(address) && taken.contains(address.rawValue)
  }

  /// Leases the lowest free address of the range.
  ///
  /// - Parameter isReserved: whether a free address is kept for a container that asks for it.
  /// - Throws: `forbidden` if none is free.
  package mutating func lease(isReserved: (IPAddress) -> Bool = { _ in false }) throws(EngineError) -> IPAddress {
    func address(_ value: UInt128) -> IPAddress { IPAddress(family: subnet.family, rawValue: value) }
    var value = max(hint, range.base.rawValue)
    while taken.contains(value), value < range.last.rawValue { value += 1 }
    let lowest = value
    while taken.contains(value) || isReserved(address(value)), value < range.last.rawValue { value += 1 }
    guard !taken.contains(value), !isReserved(address(value)) else {
      throw EngineError(
        .forbidden,
        "no available IPv\(subnet.family == .ipv4 ? 4 : 6) addresses on this network's address pools: \(range)")
    }
    taken.insert(value)
    hint = lowest
    return address(value)
  }

  /// Leases this address.
  ///
  /// - Throws: `invalidParameter` if it is outside the subnet, `forbidden` if it is taken.
  package mutating func lease(_ address: IPAddress) throws(EngineError) {
    guard subnet.contains(address) else {
      throw EngineError(
        .invalidParameter,
        "invalid endpoint settings: no configured subnet contains IP address \(address)")
    }
    guard taken.insert(address.rawValue).inserted else {
      throw EngineError(.forbidden, "Address already in use: \(address)")
    }
  }

  /// Releases an address; does nothing if it is not leased.
  package mutating func release(_ address: IPAddress) {
    guard subnet.contains(address), taken.remove(address.rawValue) != nil else { return }
    if range.contains(address) { hint = min(hint, address.rawValue) }
  }
}

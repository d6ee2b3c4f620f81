public import Addressing
public import EngineModel

/// The addresses of one pool: which are taken, and which is next. A value; who holds it serialises its use.
public struct AddressLeases: Sendable, Hashable {
  public let subnet: IPPrefix
  /// The part of the subnet from which unasked-for addresses come.
  public let range: IPPrefix
  private var taken: Set<UInt128> = []
  /// No free address of the range lies below this one, so finding the lowest free one does not walk over the taken.
  private var hint: UInt128

  /// Leases of a pool, its gateway and auxiliary addresses taken.
  public init(subnet: IPPrefix, range: IPPrefix? = nil, reserved: [IPAddress] = []) {
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

  public func isTaken(_ address: IPAddress) -> Bool {
    subnet.contains(address) && taken.contains(address.rawValue)
  }

  /// Takes the lowest free address of the range.
  ///
  /// - Parameter isReserved: whether a free address is kept for somebody who asks for it by number.
  /// - Throws: `forbidden` when the range is used up.
  public mutating func lease(isReserved: (IPAddress) -> Bool = { _ in false }) throws(EngineError) -> IPAddress {
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

  /// Takes a certain address.
  ///
  /// - Throws: `invalidParameter` when it lies outside the subnet, `forbidden` when it is taken.
  public mutating func lease(_ address: IPAddress) throws(EngineError) {
    guard subnet.contains(address) else {
      throw EngineError(
        .invalidParameter,
        "invalid endpoint settings: no configured subnet contains IP address \(address)")
    }
    guard taken.insert(address.rawValue).inserted else {
      throw EngineError(.forbidden, "Address already in use: \(address)")
    }
  }

  /// Gives an address back. Giving back what is not taken does nothing.
  public mutating func release(_ address: IPAddress) {
    guard subnet.contains(address), taken.remove(address.rawValue) != nil else { return }
    if range.contains(address) { hint = min(hint, address.rawValue) }
  }
}

package import Addressing
package import EngineModel

/// A prefix from which the engine chooses subnets (`default-address-pools` in dockerd's file).
package struct SubnetPool: Sendable, Hashable {
  package let base: IPPrefix
  /// The prefix length of the subnets.
  package let size: Int

  /// `nil` if a subnet of this size does not fit into the base.
  package init?(base: IPPrefix, size: Int) {
    guard (base.length...base.family.bits).contains(size) else { return nil }
    self.base = base
    self.size = size
  }

  /// Docker's pools first, and then one for tens of thousands of further networks.
  package static let defaults: [SubnetPool] = {
    let texts =
      (17...31).map { ("172.\($0).0.0/16", 16) } + [("192.168.0.0/16", 20), ("10.128.0.0/9", 24)]
    return texts.compactMap { text, size in IPPrefix(text).flatMap { SubnetPool(base: $0, size: size) } }
  }()

  /// The pool of overlay networks, as in Docker's swarm; separate from the pools of networks on one host.
  package static let overlay: SubnetPool = {
    guard let base = IPPrefix("10.0.0.0/8"), let pool = SubnetPool(base: base, size: 24) else {
      preconditionFailure("a /8 holds /24s")
    }
    return pool
  }()

  /// The pool of IPv6 networks if the administrator names none: a /48 of unique local addresses. Its forty random bits
  /// (RFC 4193, 3.2.2) are those of the id of the default bridge, which does not change as long as the engine's state exists.
  package static func uniqueLocal(of id: NetworkID) -> SubnetPool {
    let base = UInt128(0xFD) << 120 | UInt128(id.bits >> 24) << 80
    guard let prefix = IPPrefix(containing: .v6(IPv6Address(rawValue: base)), length: 48),
      let pool = SubnetPool(base: prefix, size: 64)
    else { preconditionFailure("a /48 holds /64s") }
    return pool
  }
}

/// Chooses a subnet for a network.
package enum SubnetChoice {
  /// The first subnet of the pools that nothing overlaps. If there is none, the first one that only less specific
  /// routes of the host overlap.
  ///
  /// - Parameter spaces: the address space in use.
  /// - Throws: `forbidden` in Docker's words, with the holders, if no subnet is free.
  package static func choose(
    _ family: AddressFamily, from pools: [SubnetPool], avoiding spaces: [AddressSpace]
  ) throws(EngineError) -> IPPrefix {
    for pool in pools where pool.base.family == family {
      if let subnet = first(in: pool, outside: spaces) { return subnet }
    }
    for pool in pools where pool.base.family == family {
      let certain = spaces.map { $0.withoutRoutes(shorterThan: pool.size) }
      if let subnet = first(in: pool, outside: certain) { return subnet }
    }
    var seen: Set<IPPrefix> = []
    let holders = spaces.flatMap { space in
      space.claims.filter { claim in pools.contains { $0.base.overlaps(claim.prefix) } }.sorted {
        $0.prefix < $1.prefix
      }
    }.filter { seen.insert($0.prefix).inserted }
    let detail = holders.prefix(8).map { "\($0.prefix) by \($0.holder)" }.joined(separator: ", ")
    let more = holders.count > 8 ? " and \(holders.count - 8) more" : ""
    throw EngineError(
      .forbidden,
      "all predefined address pools have been fully subnetted" + (detail.isEmpty ? "" : ": held are \(detail)\(more)"))
  }

  /// Skips from one obstacle to the next.
  private static func first(in pool: SubnetPool, outside spaces: [AddressSpace]) -> IPPrefix? {
    let family = pool.base.family
    let step = UInt128(1) << UInt128(family.bits - pool.size)
    let end = pool.base.last.rawValue
    var candidate = pool.base.base.rawValue
    while candidate <= end {
      let range = candidate...(candidate + (step - 1))
      guard let obstacle = spaces.lazy.compactMap({ $0.obstacle(in: range, family) }).max() else {
        return IPPrefix(containing: IPAddress(family: family, rawValue: candidate), length: pool.size)
      }
      guard obstacle < end else { return nil }
      // The next multiple of the step; the pool's base is a multiple, too.
      candidate = (obstacle / step + 1) * step
    }
    return nil
  }
}

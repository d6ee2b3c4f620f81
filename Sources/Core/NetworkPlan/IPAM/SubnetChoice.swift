public import Addressing
public import EngineModel

/// A stretch of address space out of which networks get their subnets (`default-address-pools` in dockerd's file).
public struct SubnetPool: Sendable, Hashable, Codable {
  public let base: IPPrefix
  /// The prefix length of the subnets handed out.
  public let size: Int

  /// `nil` when a subnet of this size does not fit into the base.
  public init?(base: IPPrefix, size: Int) {
    guard (base.length...base.family.bits).contains(size) else { return nil }
    self.base = base
    self.size = size
  }

  /// Docker's pools first, so that networks look as people expect, then room for tens of thousands more.
  public static let defaults: [SubnetPool] = {
    let texts =
      (17...31).map { ("172.\($0).0.0/16", 16) } + [("192.168.0.0/16", 20), ("10.128.0.0/9", 24)]
    return texts.compactMap { text, size in IPPrefix(text).flatMap { SubnetPool(base: $0, size: size) } }
  }()

  /// Where networks that span hosts get their subnets, as in Docker's swarm: apart from what single hosts choose for theirs.
  public static let overlay: SubnetPool = {
    guard let base = IPPrefix("10.0.0.0/8"), let pool = SubnetPool(base: base, size: 24) else {
      preconditionFailure("a /8 holds /24s")
    }
    return pool
  }()

  /// Where IPv6 networks get their subnets when the administrator names no pool: a /48 of unique local addresses whose
  /// forty random bits (RFC 4193, 3.2.2) are those of a network's id, the default bridge's, which stays as long as the
  /// engine's state does.
  public static func uniqueLocal(of id: NetworkID) -> SubnetPool {
    let base = UInt128(0xFD) << 120 | UInt128(id.bits >> 24) << 80
    guard let prefix = IPPrefix(containing: .v6(IPv6Address(rawValue: base)), length: 48),
      let pool = SubnetPool(base: prefix, size: 64)
    else { preconditionFailure("a /48 holds /64s") }
    return pool
  }
}

/// Chooses subnets for networks that ask for none.
public enum SubnetChoice {
  /// The first subnet of the pools that nobody has.
  ///
  /// - Parameter spaces: what is taken.
  /// - Throws: `forbidden` in Docker's words when there is none left; it tells who holds what.
  public static func choose(
    _ family: AddressFamily, from pools: [SubnetPool], avoiding spaces: [AddressSpace]
  ) throws(EngineError) -> IPPrefix {
    for pool in pools where pool.base.family == family {
      if let subnet = first(in: pool, outside: spaces) { return subnet }
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

  /// What is in the way moves the candidate past it.
  private static func first(in pool: SubnetPool, outside spaces: [AddressSpace]) -> IPPrefix? {
    let family = pool.base.family
    let step = UInt128(1) << UInt128(family.bits - pool.size)
    let end = pool.base.last.rawValue
    var candidate = pool.base.base.rawValue
    while candidate <= end {
      let range = candidate...(candidate + (step - 1))
      guard let taken = spaces.lazy.compactMap({ $0.obstacle(in: range, family) }).max() else {
        return IPPrefix(containing: IPAddress(family: family, rawValue: candidate), length: pool.size)
      }
      guard taken < end else { return nil }
      // The next multiple of the step after it; the pool's base is a multiple, too.
      candidate = (taken / step + 1) * step
    }
    return nil
  }
}

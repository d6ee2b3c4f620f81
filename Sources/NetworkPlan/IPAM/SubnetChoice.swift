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
  /// A claim on address space: an error about a lack of it tells who holds what.
  public struct Claim: Sendable, Hashable {
    public let prefix: IPPrefix
    /// `network "web"`, `route via eth0`.
    public let holder: String

    public init(_ prefix: IPPrefix, holder: String) {
      self.prefix = prefix
      self.holder = holder
    }
  }

  /// The first subnet of the pools that overlaps no claim.
  ///
  /// - Throws: `forbidden` in Docker's words when there is none left.
  public static func choose(
    _ family: AddressFamily, from pools: [SubnetPool], avoiding claims: [Claim]
  ) throws(EngineError) -> IPPrefix {
    let held = Self.ranges(of: claims, family)
    for pool in pools where pool.base.family == family {
      if let subnet = first(in: pool, outside: held) { return subnet }
    }
    let holders = claims.filter { claim in pools.contains { $0.base.overlaps(claim.prefix) } }
    let detail = holders.prefix(8).map { "\($0.prefix) by \($0.holder)" }.joined(separator: ", ")
    let more = holders.count > 8 ? " and \(holders.count - 8) more" : ""
    throw EngineError(
      .forbidden,
      "all predefined address pools have been fully subnetted" + (detail.isEmpty ? "" : ": held are \(detail)\(more)"))
  }

  /// What is held, as ranges of addresses in order. The default route covers everything and holds nothing.
  private static func ranges(of claims: [Claim], _ family: AddressFamily) -> [ClosedRange<UInt128>] {
    var ranges: [ClosedRange<UInt128>] = []
    for claim in claims where claim.prefix.family == family && claim.prefix.length > 0 {
      ranges.append(claim.prefix.base.rawValue...claim.prefix.last.rawValue)
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    return ranges
  }

  /// One walk over what is held: a range in the way moves the candidate past it, so the cost is that of the ranges and
  /// not of the subnets.
  private static func first(in pool: SubnetPool, outside held: [ClosedRange<UInt128>]) -> IPPrefix? {
    let step = UInt128(1) << UInt128(pool.base.family.bits - pool.size)
    let end = pool.base.last.rawValue
    var candidate = pool.base.base.rawValue
    for range in held where range.upperBound >= candidate {
      if range.lowerBound > candidate + (step - 1) { break }
      // The next multiple of the step after the range; the pool's base is a multiple, too.
      guard range.upperBound < end else { return nil }
      candidate = (range.upperBound / step + 1) * step
      guard candidate <= end else { return nil }
    }
    return IPPrefix(containing: IPAddress(family: pool.base.family, rawValue: candidate), length: pool.size)
  }
}

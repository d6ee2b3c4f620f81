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
    // The default route covers everything and claims nothing.
    let claimed = claims.map(\.prefix).filter { $0.family == family && $0.length > 0 }.sorted()
    for pool in pools where pool.base.family == family {
      if let subnet = first(in: pool, avoiding: claimed) { return subnet }
    }
    let holders = claims.filter { claim in pools.contains { $0.base.overlaps(claim.prefix) } }
    let detail = holders.prefix(8).map { "\($0.prefix) by \($0.holder)" }.joined(separator: ", ")
    let more = holders.count > 8 ? " and \(holders.count - 8) more" : ""
    throw EngineError(
      .forbidden,
      "all predefined address pools have been fully subnetted" + (detail.isEmpty ? "" : ": held are \(detail)\(more)"))
  }

  /// One walk over sorted claims: a claim in the way moves the candidate past it, so the cost is that of the claims
  /// and not of the subnets.
  private static func first(in pool: SubnetPool, avoiding claimed: [IPPrefix]) -> IPPrefix? {
    guard var candidate = IPPrefix(containing: pool.base.base, length: pool.size) else { return nil }
    for claim in claimed where claim.overlaps(pool.base) {
      guard candidate.last.rawValue >= claim.base.rawValue else { break }
      guard candidate.overlaps(claim) else { continue }
      let end = claim.length < candidate.length ? claim.last : candidate.last
      guard let holder = IPPrefix(containing: end, length: pool.size), let next = holder.next,
        pool.base.contains(next)
      else { return nil }
      candidate = next
    }
    return candidate
  }
}

package import Addressing

/// The prefixes in use, and by whom. Looking for a free prefix does not visit all prefixes in use.
package struct AddressSpace: Sendable, Hashable {
  /// A prefix and its holder: `network "web"`, `a route of this host`.
  package struct Claim: Sendable, Hashable {
    package let prefix: IPPrefix
    package let holder: String
    /// Whether the claim is a route, which a more specific subnet overrides for its own addresses.
    package let isRoute: Bool

    package init(_ prefix: IPPrefix, holder: String, isRoute: Bool = false) {
      self.prefix = prefix
      self.holder = holder
      self.isRoute = isRoute
    }
  }

  /// The same prefix may be claimed several times.
  private var holders: [IPPrefix: [Claim]] = [:]
  private var four = Family()
  private var six = Family()

  /// One family's prefixes, each once.
  fileprivate struct Family: Hashable {
    /// Sorted by the first address.
    var ranges: [ClosedRange<UInt128>] = []
    /// The number of prefixes of each length.
    var lengths: [Int: Int] = [:]
  }

  package init() {}

  package init(_ claims: some Sequence<Claim>) {
    for claim in claims { add(claim) }
  }

  package var claims: [Claim] { holders.values.flatMap(\.self) }

  /// The claims without routes that are less specific than this prefix length. A VPN has such routes: `0.0.0.0/1`,
  /// `10.0.0.0/8`. A host on the other side that has an address of the chosen subnet is out of reach then, but the
  /// other claims are in use for certain.
  func withoutRoutes(shorterThan length: Int) -> AddressSpace {
    AddressSpace(claims.filter { !$0.isRoute || $0.prefix.length >= length })
  }

  /// The claims that contain the whole prefix.
  package func claims(around prefix: IPPrefix) -> [Claim] {
    let family = prefix.family == .ipv4 ? four : six
    return family.lengths.keys.filter { $0 <= prefix.length }.sorted().flatMap { length in
      IPPrefix(containing: prefix.base, length: length).flatMap { holders[$0] } ?? []
    }
  }

  /// Adds a claim. The default route claims nothing.
  package mutating func add(_ claim: Claim) {
    let prefix = claim.prefix
    guard prefix.length > 0 else { return }
    holders[prefix, default: []].append(claim)
    guard holders[prefix]?.count == 1 else { return }
    change(prefix.family) { family in
      family.ranges.insert(prefix.range, at: family.index(of: prefix.range))
      family.lengths[prefix.length, default: 0] += 1
    }
  }

  /// Removes a claim; does nothing if there is none.
  package mutating func remove(_ claim: Claim) {
    let prefix = claim.prefix
    guard let index = holders[prefix]?.firstIndex(of: claim) else { return }
    holders[prefix]?.remove(at: index)
    guard holders[prefix]?.isEmpty == true else { return }
    holders[prefix] = nil
    change(prefix.family) { family in
      let index = family.index(of: prefix.range)
      if family.ranges.indices.contains(index), family.ranges[index] == prefix.range { family.ranges.remove(at: index) }
      let count = (family.lengths[prefix.length] ?? 1) - 1
      family.lengths[prefix.length] = count == 0 ? nil : count
    }
  }

  package func overlaps(_ prefix: IPPrefix) -> Bool {
    obstacle(in: prefix.range, prefix.family) != nil
  }

  /// The end of the contiguous claimed addresses that overlap the range; `nil` if the whole range is free.
  func obstacle(in range: ClosedRange<UInt128>, _ name: AddressFamily) -> UInt128? {
    let family = name == .ipv4 ? four : six
    var end: UInt128?
    let first = IPAddress(family: name, rawValue: range.lowerBound)
    // Of two overlapping prefixes one contains the other. So a prefix that begins before the range contains the range's
    // first address.
    for length in family.lengths.keys {
      guard let around = IPPrefix(containing: first, length: length), holders[around] != nil else { continue }
      end = max(end ?? 0, around.last.rawValue)
    }
    var index = family.index(of: range.lowerBound...range.lowerBound)
    while index < family.ranges.count {
      let next = family.ranges[index]
      // Prefixes inside the range, and those that follow without a gap.
      let reach = max(range.upperBound, end ?? 0)
      guard next.lowerBound <= reach || end == reach && next.lowerBound - reach == 1 else { break }
      end = max(end ?? 0, next.upperBound)
      index += 1
    }
    return end
  }

  private mutating func change(_ family: AddressFamily, _ body: (inout Family) -> Void) {
    if family == .ipv4 { body(&four) } else { body(&six) }
  }
}

extension AddressSpace.Family {
  /// The position of a range in the sorted list.
  fileprivate func index(of range: ClosedRange<UInt128>) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      let found = ranges[middle]
      if (found.lowerBound, found.upperBound) < (range.lowerBound, range.upperBound) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

extension IPPrefix {
  fileprivate var range: ClosedRange<UInt128> { base.rawValue...last.rawValue }
}

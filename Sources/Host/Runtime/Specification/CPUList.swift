/// A set of CPUs or memory nodes in the kernel's list format: `0-2,7` (cpuset(7)).
struct CPUList: Sendable, Hashable {
  let ranges: [ClosedRange<Int>]

  /// - Returns: `nil` for a malformed list.
  init?(_ text: String) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0,
        first <= last, last < 1 << 16
      else { return nil }
      ranges.append(first...last)
    }
    self.ranges = ranges
  }

  func isSubset(of other: CPUList) -> Bool {
    ranges.allSatisfy { range in
      range.allSatisfy { number in other.ranges.contains { $0.contains(number) } }
    }
  }
}

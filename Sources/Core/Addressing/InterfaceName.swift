/// The name of a network link, as the kernel accepts it (`dev_valid_name`): 1 to 15 bytes, not `.` or `..`, no `/`, `:`
/// or white space. Also excludes the special characters of nft: quotes, `\\` and `*`.
package struct InterfaceName: Hashable, Sendable, Comparable {
  package let rawValue: String

  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension InterfaceName: LosslessStringConvertible {
  package init?(_ description: String) {
    let bytes = description.utf8
    guard (1...15).contains(bytes.count), description != ".", description != "..",
      bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"/:\"\\*".utf8.contains($0) })
    else { return nil }
    rawValue = description
  }

  package var description: String { rawValue }
}

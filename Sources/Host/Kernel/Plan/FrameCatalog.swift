import Nftables
import Synchronization

/// Knows how the kernel words a table's frame.
///
/// nft prints rules in its own words, which need not be those they were written in, so a listing cannot be compared with
/// a ``Table``. Instead the table is once loaded into an empty namespace that nobody else sees, and listed there.
final class FrameCatalog: Sendable {
  private let known = Mutex<[Table: [String]]>([:])

  /// The frame of the table as a listing has it. Blocks; the first time for about as long as making a namespace takes.
  func frame(of table: Table) throws -> [String] {
    if let frame = known.withLock({ $0[table] }) { return frame }
    let visit = try NamespaceVisit.ofNewNamespace { try NetworkNamespace.current() }
    let frame = try visit.run {
      let context = try FirewallContext()
      try context.run(table.text)
      return FirewallListing(try context.run("list table \(table.reference)")).frame
    }
    known.withLock { $0[table] = frame }
    return frame
  }
}

import Nftables
import Synchronization

/// The frame of a table as `nft list table` prints it.
///
/// nft prints rules in a canonical form that can differ from the input, so a listing cannot be compared with a
/// ``Table``. The table is therefore loaded once into a temporary empty namespace and listed there.
final class FrameListingCache: Sendable {
  private let known = Mutex<[Table: [String]]>([:])

  /// The frame as a listing shows it. Blocks; the first call for a table creates a namespace.
  func frame(of table: Table) throws -> [String] {
    if let frame = known.withLock({ $0[table] }) { return frame }
    let thread = try NamespaceThread.inNewNamespace { try NetworkNamespace.current() }
    let frame = try thread.run {
      let context = try FirewallContext()
      try context.run(table.text)
      return FirewallListing(try context.run("list table \(table.reference)")).frame
    }
    known.withLock { $0[table] = frame }
    return frame
  }
}

/// A list of kernel changes; what `--plan` shows.
package struct Plan: Sendable, Hashable {
  package let changes: [KernelChange]

  package init(_ changes: [KernelChange]) {
    self.changes = changes
  }

  package var isEmpty: Bool { changes.isEmpty }

  /// The plan as a script of `ip`, `sysctl` and `nft` commands.
  package var words: String {
    changes.map { $0.words + "\n" }.joined()
  }
}

/// A list of kernel changes; what `--plan` shows.
package struct Plan: Sendable, Hashable {
  package let changes: [KernelChange]

  package init(_ changes: [KernelChange]) {
    self.changes = changes
  }

  package var isEmpty: Bool { changes.isEmpty }
}

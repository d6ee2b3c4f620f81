/// A difference between a container's root file system and its image.
package struct FileChange: Sendable, Hashable {
  /// Docker's values (`FilesystemChange`).
  package enum Kind: Int, Sendable, Hashable {
    case modified = 0
    case added = 1
    case deleted = 2
  }

  /// Absolute, as seen in the container.
  package var path: String
  package var kind: Kind

  package init(path: String, kind: Kind) {
    self.path = path
    self.kind = kind
  }
}

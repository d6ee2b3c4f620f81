/// The status of a path in a container (`X-Docker-Container-Path-Stat` in the Docker API).
package struct PathStatus: Sendable, Hashable {
  package var name: String
  package var size: Int64
  /// Go's `fs.FileMode`: the type in the high bits, the permissions in the low nine.
  package var mode: UInt32
  package var modified: Timestamp
  /// The target of a link as a path in the container, with all links resolved; empty if the path is not a link.
  package var linkTarget: String

  package init(name: String, size: Int64, mode: UInt32, modified: Timestamp, linkTarget: String = "") {
    self.name = name
    self.size = size
    self.mode = mode
    self.modified = modified
    self.linkTarget = linkTarget
  }

  package var isFolder: Bool { mode & 1 << 31 != 0 }
}

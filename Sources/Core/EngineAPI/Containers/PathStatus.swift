extension Wire {
  /// `X-Docker-Container-Path-Stat`, in Base64: what is at a path in a container.
  package struct PathStatus: Codable, Sendable, Hashable {
    package var name = ""
    package var size: Int64 = 0
    /// Go's `fs.FileMode`.
    package var mode: UInt32 = 0
    package var mtime = ""
    package var linkTarget = ""
    package init() {}
  }
}

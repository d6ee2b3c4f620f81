extension Wire {
  /// `X-Docker-Container-Path-Stat`, in Base64: what is at a path in a container.
  public struct PathStatus: Codable, Sendable, Hashable {
    public var name = ""
    public var size: Int64 = 0
    /// Go's `fs.FileMode`.
    public var mode: UInt32 = 0
    public var mtime = ""
    public var linkTarget = ""
    public init() {}
  }
}

/// How much one archive may make of itself, so that a small hostile one cannot fill the host.
public struct ArchiveLimits: Sendable, Hashable {
  /// Files, folders and links.
  public var entries: Int
  /// Bytes after decompression, holes of sparse files included.
  public var bytes: Int64
  /// Bytes of a manifest or configuration, which are read into memory.
  public var documentBytes: Int

  public init(entries: Int = 4_000_000, bytes: Int64 = 256 << 30, documentBytes: Int = 8 << 20) {
    self.entries = entries
    self.bytes = bytes
    self.documentBytes = documentBytes
  }
}

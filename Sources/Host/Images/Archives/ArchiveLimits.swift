/// The limits on one archive's unpacked size, so that a small malicious archive cannot fill the host's disk.
package struct ArchiveLimits: Sendable, Hashable {
  /// The number of files, folders and links.
  package var entries: Int
  /// The number of bytes after decompression, including the holes of sparse files.
  package var bytes: Int64
  /// The size of a manifest or configuration in bytes. The engine reads these into memory.
  package var documentBytes: Int

  package init(entries: Int = 4_000_000, bytes: Int64 = 256 << 30, documentBytes: Int = 8 << 20) {
    self.entries = entries
    self.bytes = bytes
    self.documentBytes = documentBytes
  }
}

import CArchive
import EngineModel
import Glibc

/// Reads a tar archive (ustar, pax, GNU) entry by entry. For one thread, on which
/// ``LibarchiveReader/useUTF8OnThisThread()`` was called.
final class TarReader {
  private let handle: LibarchiveReader
  private let limits: ArchiveLimits
  private var entryCount = 0
  private var byteCount: Int64 = 0

  init(_ source: any ByteSource, limits: ArchiveLimits) throws {
    self.limits = limits
    handle = try LibarchiveReader(reading: source) { archive in
      archive_read_support_format_tar(archive)
      archive_read_support_format_empty(archive)
    }
  }

  /// - Returns: `nil` at the end.
  func next() throws -> ArchiveEntry? {
    while true {
      var pointer: OpaquePointer?
      let status = try handle.check(archive_read_next_header(handle.pointer, &pointer))
      guard status != ARCHIVE_EOF, let pointer else { return nil }
      entryCount += 1
      guard entryCount <= limits.entries else {
        throw EngineError(.invalidParameter, "invalid archive: more than \(limits.entries) entries")
      }
      guard let entry = try ArchiveEntry(pointer) else { continue }
      if entry.kind == .file {
        let (sum, overflow) = byteCount.addingReportingOverflow(max(0, entry.size))
        guard !overflow, sum <= limits.bytes else {
          throw EngineError(.invalidParameter, "invalid archive: larger than \(limits.bytes) bytes when unpacked")
        }
        byteCount = sum
      }
      return entry
    }
  }

  /// Passes the current entry's data to a closure in chunks with their file offsets. A gap between two chunks is a
  /// hole.
  func readData(_ consume: (UnsafeRawBufferPointer, _ offset: Int64) throws -> Void) throws {
    while true {
      var start: UnsafeRawPointer?
      var count = 0
      var offset: la_int64_t = 0
      let status = try handle.check(archive_read_data_block(handle.pointer, &start, &count, &offset))
      if status == ARCHIVE_EOF { return }
      if count > 0 { try consume(UnsafeRawBufferPointer(start: start, count: count), offset) }
    }
  }

  /// Reads the data of a small entry into memory.
  func document(_ entry: ArchiveEntry) throws -> [UInt8] {
    guard entry.size <= limits.documentBytes else {
      throw EngineError(
        .invalidParameter, "invalid archive: \(entry.path.relativeText) is larger than \(limits.documentBytes) bytes")
    }
    var bytes: [UInt8] = []
    try readData { chunk, offset in
      if Int(offset) > bytes.count { bytes.append(contentsOf: repeatElement(0, count: Int(offset) - bytes.count)) }
      bytes.append(contentsOf: chunk)
    }
    return bytes
  }
}

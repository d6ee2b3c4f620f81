import CArchive
import EngineModel

/// The plain bytes of what may be compressed by gzip, bzip2, xz or zstd, or not at all.
///
/// Only compressions that libarchive undoes itself are recognised: for the rare ones it would start programs.
final class DecompressingSource: ByteSource {
  private let handle: ArchiveHandle
  private let limit: Int64
  private var count: Int64 = 0
  private var isAtEnd: Bool

  /// - Parameter limit: bytes at most, against archives that are small only while they are compressed.
  init(_ source: any ByteSource, limit: Int64) throws {
    self.limit = limit
    handle = try ArchiveHandle(reading: source) { archive in
      archive_read_support_filter_gzip(archive)
      archive_read_support_filter_bzip2(archive)
      archive_read_support_filter_xz(archive)
      archive_read_support_filter_zstd(archive)
      archive_read_support_format_raw(archive)
      archive_read_support_format_empty(archive)
    }
    var entry: OpaquePointer?
    isAtEnd = try handle.check(archive_read_next_header(handle.pointer, &entry)) == ARCHIVE_EOF
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if isAtEnd { return 0 }
    let read = archive_read_data(handle.pointer, buffer.baseAddress, buffer.count)
    if read < 0 { try handle.check(Int32(truncatingIfNeeded: read)) }
    if read <= 0 {
      isAtEnd = true
      return 0
    }
    count += Int64(read)
    guard count <= limit else {
      throw EngineError(.invalidParameter, "invalid archive: larger than \(limit) bytes when unpacked")
    }
    return read
  }
}

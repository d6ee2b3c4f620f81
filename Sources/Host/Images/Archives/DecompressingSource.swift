import CArchive
import EngineModel

/// Decompresses gzip, bzip2, xz or zstd; passes uncompressed bytes through.
///
/// It enables only the filters that libarchive implements itself: for others libarchive starts external programs.
final class DecompressingSource: ByteSource {
  private let handle: LibarchiveReader
  private let limit: Int64
  private var count: Int64 = 0
  private var isAtEnd: Bool

  /// - Parameter limit: the largest number of decompressed bytes, against decompression bombs.
  init(_ source: any ByteSource, limit: Int64) throws {
    self.limit = limit
    handle = try LibarchiveReader(reading: source) { archive in
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

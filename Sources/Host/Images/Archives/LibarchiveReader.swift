import CArchive
import EngineModel
import Glibc

/// A libarchive reader that pulls its bytes from a ``ByteSource``.
final class LibarchiveReader {
  let pointer: OpaquePointer
  private let input: Input

  /// The context of the C callback. It must not be the reader itself, because libarchive calls it before `init`
  /// returns.
  private final class Input {
    let source: any ByteSource
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    var failure: (any Error)?

    init(_ source: any ByteSource) { self.source = source }
    deinit { buffer.deallocate() }
  }

  /// - Parameter enable: enables the formats and filters to recognise.
  init(reading source: any ByteSource, _ enable: (OpaquePointer) -> Void) throws {
    guard let pointer = archive_read_new() else { throw EngineError(.system, "no memory for an archive reader") }
    self.pointer = pointer
    input = Input(source)
    enable(pointer)
    let status = archive_read_open(
      pointer, Unmanaged.passUnretained(input).toOpaque(), nil,
      { _, context, bytes in
        guard let context, let bytes else { return -1 }
        let input = Unmanaged<Input>.fromOpaque(context).takeUnretainedValue()
        do {
          let count = try input.source.read(into: input.buffer)
          bytes.pointee = UnsafeRawPointer(input.buffer.baseAddress)
          return count
        } catch {
          input.failure = error
          return -1
        }
      }, nil)
    try check(status)
  }

  deinit {
    archive_read_free(pointer)
  }

  /// Accepts success, warnings and the end of the archive.
  ///
  /// - Throws: the source's own error if the source failed; otherwise `invalidParameter` with libarchive's message.
  @discardableResult
  func check(_ status: Int32) throws -> Int32 {
    if let failure = input.failure { throw failure }
    guard status != ARCHIVE_FATAL, status != ARCHIVE_FAILED, status != ARCHIVE_RETRY else {
      let message = archive_error_string(pointer).map { String(cString: $0) } ?? "unknown error"
      throw EngineError(.invalidParameter, "invalid archive: \(message)")
    }
    return status
  }

  /// Makes libarchive read file names as UTF-8 on this thread. libarchive converts names by the thread's locale; the C
  /// locale would lose every name outside ASCII.
  static func useUTF8OnThisThread() {
    if let utf8 { uselocale(utf8) }
  }

  // A locale object is immutable after newlocale(3), so threads may share it. It lives as long as the process.
  nonisolated(unsafe) private static let utf8: locale_t? = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
}

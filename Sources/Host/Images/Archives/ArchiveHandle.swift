import CArchive
import EngineModel
import Glibc

/// A libarchive reader that pulls its bytes from a ``ByteSource``.
final class ArchiveHandle {
  let pointer: OpaquePointer
  private let input: Input

  /// What the C callback sees: it must not hold the handle, whose `init` has not ended when it is first called.
  private final class Input {
    let source: any ByteSource
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    var failure: (any Error)?

    init(_ source: any ByteSource) { self.source = source }
    deinit { buffer.deallocate() }
  }

  /// - Parameter enable: chooses the formats and filters to be recognised.
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

  /// Lets success, warnings and the end pass.
  ///
  /// - Throws: the source's own error if that is what stopped the reader, otherwise `invalidParameter` with the
  ///   library's words.
  @discardableResult
  func check(_ status: Int32) throws -> Int32 {
    if let failure = input.failure { throw failure }
    guard status != ARCHIVE_FATAL, status != ARCHIVE_FAILED, status != ARCHIVE_RETRY else {
      let words = archive_error_string(pointer).map { String(cString: $0) } ?? "unknown error"
      throw EngineError(.invalidParameter, "invalid archive: \(words)")
    }
    return status
  }

  /// Makes libarchive take file names for UTF-8 on this thread: its conversions follow the thread's locale, and in the
  /// C locale every name beyond ASCII would be lost.
  static func useUTF8OnThisThread() {
    if let utf8 { uselocale(utf8) }
  }

  // A locale object is immutable after newlocale(3), so threads may share it; it lives as long as the process.
  nonisolated(unsafe) private static let utf8: locale_t? = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
}

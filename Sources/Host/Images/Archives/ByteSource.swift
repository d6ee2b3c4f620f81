import EngineModel
import Glibc
import Kernel

/// Bytes that are pulled, a buffer at a time, by the one thread that works on them; reading may block.
protocol ByteSource: AnyObject {
  /// Fills the buffer from its start with what is there, at least one byte.
  ///
  /// - Returns: how many bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
  /// Reads on to the end, for those between here and the bytes that want to have seen all.
  ///
  /// - Parameter limit: bytes after which it is given up.
  func drain(limit: Int = .max) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer { buffer.deallocate() }
    var rest = limit
    while rest > 0 {
      let count = try read(into: buffer)
      if count == 0 { return }
      rest -= count
    }
  }
}

/// What comes out of a file, a pipe or a socket.
final class DescriptorSource: ByteSource {
  private let descriptor: OwnedDescriptor
  private let name: String

  init(_ descriptor: OwnedDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// A file from its beginning.
  convenience init(path: String) throws {
    self.init(try OwnedDescriptor(path: path, flags: O_RDONLY), name: path)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try checkedCount("read", name) { Glibc.read(descriptor.number, buffer.baseAddress, buffer.count) }
  }
}

/// Hands bytes on and takes their digest on the way.
final class DigestingSource: ByteSource {
  private let source: any ByteSource
  private let hash = SHA256()
  private(set) var count: Int64 = 0

  init(_ source: any ByteSource) {
    self.source = source
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    self.count += Int64(count)
    return count
  }

  /// The digest of all bytes, those that nobody asked for included. Call once, last.
  func finish() throws -> Digest {
    try drain()
    return hash.finish()
  }
}

/// Hands bytes on and tells how many.
final class ObservedSource: ByteSource {
  private let source: any ByteSource
  private let observe: (Int) -> Void

  init(_ source: any ByteSource, _ observe: @escaping (Int) -> Void) {
    self.source = source
    self.observe = observe
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    observe(count)
    return count
  }
}

/// Hands bytes on and writes a copy of them to a file on the way.
final class CopyingSource: ByteSource {
  private let source: any ByteSource
  private let copy: OwnedDescriptor

  init(_ source: any ByteSource, copyTo copy: OwnedDescriptor) {
    self.source = source
    self.copy = copy
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    try copy.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }
}

extension OwnedDescriptor {
  /// Writes every byte; the descriptor must be a blocking one.
  func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemCallError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try checkedCount("write") { write(number, rest.baseAddress, rest.count) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  func writeAll(_ bytes: [UInt8]) throws(SystemCallError) {
    // A closure that throws a typed error loses the type on its way through `withUnsafeBytes`.
    let result: Result<Void, SystemCallError> = bytes.withUnsafeBytes { buffer in
      do throws(SystemCallError) {
        return .success(try writeAll(buffer))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}

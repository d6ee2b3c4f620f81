import Hashing
import EngineModel
import Glibc
import Kernel

/// A blocking source of bytes for one thread.
protocol ByteSource: AnyObject {
  /// Reads at least one byte into the start of the buffer.
  ///
  /// - Returns: the number of bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
  /// Reads to the end, so that sources below this one, such as a digest, see every byte.
  ///
  /// - Parameter limit: the number of bytes after which reading stops.
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

/// Reads a file, a pipe or a socket.
final class DescriptorSource: ByteSource {
  private let descriptor: OwnedDescriptor
  private let name: String

  init(_ descriptor: OwnedDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Opens a file and reads it from its start.
  convenience init(path: String) throws {
    self.init(try OwnedDescriptor(path: path, flags: O_RDONLY), name: path)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try checkedCount("read", name) { Glibc.read(descriptor.number, buffer.baseAddress, buffer.count) }
  }
}

/// Passes bytes through and computes their digest.
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

  /// Reads the rest and returns the digest of all bytes. Call it once, last.
  func finish() throws -> Digest {
    try drain()
    return hash.finishDigest()
  }
}

/// Passes bytes through and reports the count of each read.
final class ProgressSource: ByteSource {
  private let source: any ByteSource
  private let report: (Int) -> Void

  init(_ source: any ByteSource, _ report: @escaping (Int) -> Void) {
    self.source = source
    self.report = report
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try source.read(into: buffer)
    report(count)
    return count
  }
}

/// Passes bytes through and writes a copy of them to a file.
final class TeeSource: ByteSource {
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

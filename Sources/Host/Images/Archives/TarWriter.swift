import CLinux
import CArchive
import EngineModel
import Glibc
import Kernel

/// Writes a tar archive: ustar headers, and pax headers where ustar cannot express an attribute. For one thread.
final class TarWriter {
  private let pointer: OpaquePointer
  private let output: Output
  /// Prefix of every name, also of the root's; `nil`: none.
  var prefix: [UInt8]?

  private final class Output {
    let descriptor: OwnedDescriptor
    var failure: (any Error)?

    init(_ descriptor: OwnedDescriptor) { self.descriptor = descriptor }
  }

  init(_ descriptor: OwnedDescriptor) throws {
    guard let pointer = archive_write_new() else { throw EngineError(.system, "no memory for an archive writer") }
    self.pointer = pointer
    output = Output(descriptor)
    archive_write_set_format_pax_restricted(pointer)
    archive_write_add_filter_none(pointer)
    // Docker does not pad the last block to 10 KiB either.
    archive_write_set_bytes_in_last_block(pointer, 1)
    try check(
      archive_write_open(
        pointer, Unmanaged.passUnretained(output).toOpaque(), nil,
        { _, context, bytes, count in
          guard let context else { return -1 }
          let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
          do {
            try output.descriptor.writeAll(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
          } catch {
            output.failure = error
            return -1
          }
        }, nil))
  }

  deinit {
    archive_write_free(pointer)
  }

  private func check(_ status: Int32) throws {
    if let failure = output.failure { throw failure }
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN else {
      let message = archive_error_string(pointer).map { String(cString: $0) } ?? "unknown error"
      throw EngineError(.system, "writing an archive: \(message)")
    }
  }

  /// Writes an entry's header. For a file, exactly `size` bytes of data must follow.
  func writeHeader(_ entry: ArchiveEntry) throws {
    guard let header = archive_entry_new() else { throw EngineError(.system, "no memory for an archive entry") }
    defer { archive_entry_free(header) }
    archive_entry_set_pathname(header, name(entry.path))
    archive_entry_set_size(header, 0)
    func setType(_ type: mode_t) { archive_entry_set_filetype(header, type) }
    switch entry.kind {
    case .file:
      setType(S_IFREG)
      archive_entry_set_size(header, entry.size)
    case .folder: setType(S_IFDIR)
    case .symbolicLink(let target):
      setType(S_IFLNK)
      archive_entry_set_symlink(header, target.cString)
    case .hardLink(let target):
      setType(S_IFREG)
      archive_entry_set_hardlink(header, name(target))
    case .characterDevice: setType(S_IFCHR)
    case .blockDevice: setType(S_IFBLK)
    case .pipe: setType(S_IFIFO)
    }
    if entry.kind == .characterDevice || entry.kind == .blockDevice { archive_entry_set_rdev(header, entry.device) }
    archive_entry_set_perm(header, entry.mode)
    archive_entry_set_uid(header, la_int64_t(entry.owner))
    archive_entry_set_gid(header, la_int64_t(entry.group))
    if let modified = entry.modified {
      archive_entry_set_mtime(header, modified.tv_sec, modified.tv_nsec)
    } else {
      archive_entry_set_mtime(header, 0, 0)
    }
    for attribute in entry.attributes {
      archive_entry_xattr_add_entry(header, attribute.name, attribute.value, attribute.value.count)
    }
    try check(archive_write_header(pointer, header))
  }

  private func name(_ path: ArchivePath) -> [CChar] {
    guard let prefix else { return path.cString }
    if path.isRoot { return prefix.cString }
    let slash: [UInt8] = prefix.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    return (prefix + slash).map { CChar(bitPattern: $0) } + path.cString
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = archive_write_data(pointer, rest.baseAddress, rest.count)
      if count < 0 { try check(Int32(truncatingIfNeeded: count)) }
      guard count > 0 else { throw EngineError(.system, "writing an archive: more data than the entry's size") }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Adds a file from memory.
  func add(_ path: String, _ bytes: [UInt8], modified: timespec? = nil) throws {
    var entry = ArchiveEntry(
      path: try ArchivePath(bytes: Array(path.utf8)), kind: .file, mode: 0o644, size: Int64(bytes.count))
    entry.modified = modified
    try writeHeader(entry)
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Adds a file from the disk. The file must not change meanwhile.
  func add(_ path: String, file: String, size: Int64, modified: timespec? = nil) throws {
    var entry = ArchiveEntry(path: try ArchivePath(bytes: Array(path.utf8)), kind: .file, mode: 0o644, size: size)
    entry.modified = modified
    try writeHeader(entry)
    try copyData(DescriptorSource(path: file))
  }

  func copyData(_ source: any ByteSource) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return }
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Writes the end-of-archive marker.
  func close() throws {
    try check(archive_write_close(pointer))
  }
}

import Glibc
import Kernel

/// The table on disk. Changes are appended to a file, which is rewritten when most of it is obsolete.
///
/// So one attachment costs a few hundred octets, regardless of the table's size. There is no fsync: the data survives
/// the end of the program but not of the host, and neither do the namespaces and ports in it. The folder may be on a
/// tmpfs, such as `/run`.
///
/// Format: `cwdp`, a version octet, then records. A record is a length and a checksum (32 bits each, little-endian),
/// followed by a list of changes. A truncated or damaged record ends the file: the program died while writing it, so it
/// was never acknowledged.
struct Journal {
  private let folder: String
  private var file: OwnedDescriptor
  private var size: Int
  /// The size at which the file is rewritten.
  private var limit: Int

  private static let magic: [UInt8] = Array("cwdp".utf8) + [1]
  private static let smallestLimit = 1 << 20

  private static func path(_ folder: String) -> String { "\(folder)/dataplane.journal" }

  /// Opens or creates the journal of a folder and reads it.
  ///
  /// - Throws: ``SystemCallError``; errno `EINVAL` when the file has another version. The file is then unchanged.
  static func open(_ folder: String) throws(SystemCallError) -> (journal: Journal, table: DataPlaneTable) {
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw SystemCallError.last("mkdir", folder) }
    let table = try read(folder)
    return (try Journal(folder: folder, writing: table), table)
  }

  /// Reads the table of a folder without changing anything; empty when there is no journal.
  ///
  /// - Throws: as ``open(_:)``.
  static func read(_ folder: String) throws(SystemCallError) -> DataPlaneTable {
    let bytes: [UInt8]
    do {
      bytes = try readAll(path(folder))
    } catch  where error.errno == ENOENT {
      bytes = []
    }
    var table = DataPlaneTable()
    if bytes.count >= magic.count {
      guard bytes.starts(with: magic) else {
        throw SystemCallError(
          errno: EINVAL, call: "read", subject: path(folder), kernelMessage: "not a journal of this version")
      }
      replay(bytes[magic.count...], into: &table)
    }
    return table
  }

  /// Renames an unreadable journal, so that it can be inspected and a new one can be written.
  static func putAside(_ folder: String) throws(SystemCallError) {
    guard rename(path(folder), path(folder) + ".unreadable") == 0 else {
      throw SystemCallError.last("rename", path(folder))
    }
  }

  /// Writes a new file and atomically replaces the old one.
  private init(folder: String, writing table: DataPlaneTable) throws(SystemCallError) {
    let temporary = Self.path(folder) + ".new"
    let file = try OwnedDescriptor(path: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o600)
    let bytes = Self.magic + table.changes.map { Self.record([$0]) }.joined()
    try Self.write(bytes, to: file, temporary)
    guard rename(temporary, Self.path(folder)) == 0 else { throw SystemCallError.last("rename", temporary) }
    self.folder = folder
    self.file = file
    size = bytes.count
    limit = max(Self.smallestLimit, 2 * bytes.count)
  }

  /// Appends changes. After an error the file is as before.
  mutating func append(_ changes: [DataPlaneChange]) throws(SystemCallError) {
    let bytes = Self.record(changes)
    do {
      try Self.write(bytes, to: file, Self.path(folder))
    } catch {
      ftruncate(file.number, size)
      throw error
    }
    size += bytes.count
  }

  /// Rewrites the file when it has grown to twice the size of its contents.
  mutating func compactIfLong(_ table: DataPlaneTable) throws(SystemCallError) {
    guard size > limit else { return }
    self = try Journal(folder: folder, writing: table)
  }

  private static func record(_ changes: [DataPlaneChange]) -> [UInt8] {
    var body = RecordEncoder()
    body.append(changes) { $0.append($1) }
    var record = RecordEncoder()
    record.append(UInt32(body.bytes.count))
    record.append(checksum(body.bytes[...]))
    record.append(raw: body.bytes)
    return record.bytes
  }

  private static func replay(_ bytes: ArraySlice<UInt8>, into table: inout DataPlaneTable) {
    var rest = bytes
    while rest.count >= 8 {
      var head = RecordDecoder(rest.prefix(8))
      guard let length = try? head.number(UInt32.self), let sum = try? head.number(UInt32.self),
        Int(length) <= rest.count - 8
      else { return }
      let body = rest.dropFirst(8).prefix(Int(length))
      guard checksum(body) == sum else { return }
      var decoder = RecordDecoder(body)
      guard let changes = try? decoder.list({ (decoder) throws(DecodingFailure) in try decoder.change() }) else {
        return
      }
      for change in changes { table.apply(change) }
      rest = rest.dropFirst(8 + Int(length))
    }
  }

  /// FNV-1a, 32 bits. It detects truncated and mixed-up writes, the only damage to expect in a local file.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  private static func write(_ bytes: [UInt8], to file: OwnedDescriptor, _ path: String) throws(SystemCallError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemCallError.last("write", path)
      }
      rest = rest.dropFirst(count)
    }
  }

  private static func readAll(_ path: String) throws(SystemCallError) -> [UInt8] {
    let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file.number, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemCallError.last("read", path)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}

/// Reads a tar archive from a stream, entry by entry.
struct TarReader {
  private var source: any AsyncIteratorProtocol<[UInt8], any Error>
  private var buffer: ArraySlice<UInt8> = []
  /// Unread bytes of the current entry, without and with its padding.
  private var remaining: Int64 = 0
  private var padding = 0
  /// The largest extended header that is read. File names are shorter.
  private static let headerLimit: Int64 = 1 << 20

  init(_ chunks: ByteChunks) { source = chunks.makeAsyncIterator() }

  /// The next entry, or `nil` at the end. Skips the unread rest of the entry before.
  ///
  /// - Throws: ``TarFormat/Broken``.
  mutating func next() async throws -> TarEntry? {
    var overrides: [String: String] = [:]
    while true {
      while try await data() != nil {}
      guard let block = try await take(TarFormat.block), block.contains(where: { $0 != 0 }) else { return nil }
      let header = Header(Array(block))
      guard header.isSound else { throw TarFormat.Broken(description: "archive/tar: invalid tar header") }
      let size = overrides["size"].flatMap { Int64($0) } ?? header.number(124, 12)
      switch header.flag {
      case UInt8(ascii: "x"): overrides.merge(Self.records(try await text(size))) { $1 }
      case UInt8(ascii: "g"): _ = try await text(size)
      case UInt8(ascii: "L"): overrides["path"] = Self.terminated(try await text(size))
      case UInt8(ascii: "K"): overrides["linkpath"] = Self.terminated(try await text(size))
      default:
        // Old archives mark files with NUL. POSIX says that unknown kinds are read as files.
        let kind = TarEntry.Kind(rawValue: header.flag) ?? .file
        var entry = TarEntry(name: overrides["path"] ?? header.name, kind: kind)
        entry.mode = UInt32(truncatingIfNeeded: header.number(100, 8)) & 0o7777
        entry.user = UInt32(truncatingIfNeeded: overrides["uid"].flatMap { Int64($0) } ?? header.number(108, 8))
        entry.group = UInt32(truncatingIfNeeded: overrides["gid"].flatMap { Int64($0) } ?? header.number(116, 8))
        let moment = overrides["mtime"].flatMap { $0.split(separator: ".").first }.flatMap { Int64($0) }
        entry.modified = moment ?? header.number(136, 12)
        entry.linkTarget = overrides["linkpath"] ?? header.text(157, 100)
        entry.deviceMajor = UInt32(truncatingIfNeeded: header.number(329, 8))
        entry.deviceMinor = UInt32(truncatingIfNeeded: header.number(337, 8))
        entry.size = kind == .file ? size : 0
        guard entry.size >= 0 else { throw TarFormat.Broken(description: "archive/tar: invalid tar header") }
        remaining = entry.size
        padding = TarFormat.padding(entry.size)
        return entry
      }
    }
  }

  /// The next bytes of the current entry; `nil` at its end.
  mutating func data() async throws -> [UInt8]? {
    guard remaining > 0 else {
      // Docker's `context export` does not pad the last file.
      while padding > 0 {
        if buffer.isEmpty, try await !fill() { break }
        let count = min(padding, buffer.count)
        buffer = buffer.dropFirst(count)
        padding -= count
      }
      padding = 0
      return nil
    }
    if buffer.isEmpty, try await !fill() { throw TarFormat.Broken(description: "unexpected EOF") }
    let count = Int(min(remaining, Int64(buffer.count)))
    defer {
      buffer = buffer.dropFirst(count)
      remaining -= Int64(count)
    }
    return Array(buffer.prefix(count))
  }

  /// Reads the rest of the stream, so that the connection can be used again.
  mutating func finish() async throws {
    while try await fill() { buffer = [] }
  }

  private mutating func fill() async throws -> Bool {
    guard let chunk = try await source.next(isolation: nil) else { return false }
    buffer = buffer.isEmpty ? chunk[...] : buffer + chunk
    return true
  }

  private mutating func take(_ count: Int) async throws -> ArraySlice<UInt8>? {
    while buffer.count < count {
      guard try await fill() else {
        guard buffer.isEmpty else { throw TarFormat.Broken(description: "unexpected EOF") }
        return nil
      }
    }
    defer { buffer = buffer.dropFirst(count) }
    return buffer.prefix(count)
  }

  private mutating func text(_ size: Int64) async throws -> [UInt8] {
    guard (0...Self.headerLimit).contains(size), let bytes = try await take(Int(size) + TarFormat.padding(size)) else {
      throw TarFormat.Broken(description: "archive/tar: invalid tar header")
    }
    return Array(bytes.prefix(Int(size)))
  }

  private static func terminated(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func records(_ bytes: [UInt8]) -> [String: String] {
    var records: [String: String] = [:]
    var rest = bytes[...]
    while let space = rest.firstIndex(of: 0x20), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex, length <= rest.count
    {
      let record = String(decoding: rest[(space + 1)..<(rest.startIndex + length - 1)], as: UTF8.self)
      let sides = record.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { records[String(sides[0])] = String(sides[1]) }
      rest = rest.dropFirst(length)
    }
    return records
  }
}

private struct Header {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var flag: UInt8 { bytes[156] }

  var name: String {
    let prefix = text(345, 155)
    let isPosix = text(257, 5) == "ustar" && bytes[262] == 0
    return isPosix && !prefix.isEmpty ? "\(prefix)/\(text(0, 100))" : text(0, 100)
  }

  var isSound: Bool {
    var sum: Int64 = 0
    for (index, byte) in bytes.enumerated() { sum += (148..<156).contains(index) ? 0x20 : Int64(byte) }
    return sum == number(148, 8)
  }

  func text(_ offset: Int, _ width: Int) -> String {
    String(decoding: bytes[offset..<offset + width].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits, or GNU's base-256 form, which has the highest bit set.
  func number(_ offset: Int, _ width: Int) -> Int64 {
    let field = bytes[offset..<offset + width]
    if field[offset] & 0x80 != 0 {
      return field.dropFirst().reduce(Int64(field[offset] & 0x7F)) { $0 << 8 | Int64($1) }
    }
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    return Int64(String(decoding: digits, as: UTF8.self), radix: 8) ?? 0
  }
}

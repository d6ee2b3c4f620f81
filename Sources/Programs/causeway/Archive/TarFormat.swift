enum TarFormat {
  static let block = 512

  /// The archive violates the tar format.
  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  /// The number of bytes that fill a file's last block.
  static func padding(_ size: Int64) -> Int { Int((512 - size % 512) % 512) }

  /// The header of an entry. Values that do not fit into it go into a pax header before it.
  static func header(_ entry: TarEntry) -> [UInt8] {
    var records: [(String, String)] = []
    if entry.name.utf8.count > 100 { records.append(("path", entry.name)) }
    if entry.linkTarget.utf8.count > 100 { records.append(("linkpath", entry.linkTarget)) }
    if entry.size > 0o777_7777_7777 { records.append(("size", String(entry.size))) }
    if entry.user > 0o777_7777 { records.append(("uid", String(entry.user))) }
    if entry.group > 0o777_7777 { records.append(("gid", String(entry.group))) }
    guard !records.isEmpty else { return fields(entry, flag: entry.kind.rawValue) }
    let text = records.flatMap { Array(record($0.0, $0.1).utf8) }
    var extended = TarEntry(name: "PaxHeaders/entry", kind: .file)
    extended.size = Int64(text.count)
    return fields(extended, flag: UInt8(ascii: "x")) + text + [UInt8](repeating: 0, count: padding(extended.size))
      + fields(entry, flag: entry.kind.rawValue)
  }

  /// A file's header, contents and padding.
  static func member(_ entry: TarEntry, _ contents: [UInt8]) -> [UInt8] {
    header(entry) + contents + [UInt8](repeating: 0, count: padding(entry.size))
  }

  /// The two zero blocks that end an archive.
  static let trailer = [UInt8](repeating: 0, count: 2 * block)

  /// `length key=value\n`; the length includes its own digits.
  private static func record(_ key: String, _ value: String) -> String {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count + 1
    while String(length).utf8.count + rest.utf8.count != length { length = String(length).utf8.count + rest.utf8.count }
    return "\(length)\(rest)"
  }

  private static func fields(_ entry: TarEntry, flag: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: some Sequence<UInt8>, at offset: Int, _ width: Int) {
      for (index, byte) in text.prefix(width).enumerated() { bytes[offset + index] = byte }
    }
    func octal(_ value: Int64, at offset: Int, _ width: Int) {
      let limit = Int64(1) << Int64(3 * (width - 1))
      let digits = String(value >= 0 && value < limit ? value : 0, radix: 8)
      put((String(repeating: "0", count: max(0, width - 1 - digits.utf8.count)) + digits).utf8, at: offset, width - 1)
    }
    put(entry.name.utf8, at: 0, 100)
    octal(Int64(entry.mode), at: 100, 8)
    octal(Int64(entry.user), at: 108, 8)
    octal(Int64(entry.group), at: 116, 8)
    octal(entry.size, at: 124, 12)
    octal(max(0, entry.modified), at: 136, 12)
    bytes[156] = flag
    put(entry.linkTarget.utf8, at: 157, 100)
    put("ustar\u{0}00".utf8, at: 257, 8)
    octal(Int64(entry.deviceMajor), at: 329, 8)
    octal(Int64(entry.deviceMinor), at: 337, 8)
    put("        ".utf8, at: 148, 8)
    let sum = bytes.reduce(Int64(0)) { $0 + Int64($1) }
    octal(sum, at: 148, 7)
    bytes[154] = 0
    bytes[155] = UInt8(ascii: " ")
    return bytes
  }
}

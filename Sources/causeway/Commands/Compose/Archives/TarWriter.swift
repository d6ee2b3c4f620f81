/// Writes a tar archive (ustar of POSIX.1-1988, with pax records of POSIX.1-2001 where a name is too long for it).
struct TarWriter {
  enum Kind: UInt8 {
    case file = 0x30
    case symbolicLink = 0x32
    case folder = 0x35
  }

  struct Entry {
    /// Without a leading slash.
    var path: String
    var kind: Kind
    var mode = 0o644
    var user = 0
    var group = 0
    var size = 0
    /// Seconds since 1970.
    var modified: Int64 = 0
    var target = ""
  }

  private static let block = 512
  private var bytes: [UInt8] = []
  private var unpadded = 0

  /// What has been written and not yet been taken.
  mutating func taken() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// The rest, with the end of the archive.
  mutating func finished() -> [UInt8] {
    pad()
    bytes += [UInt8](repeating: 0, count: 2 * Self.block)
    return taken()
  }

  mutating func add(_ entry: Entry) {
    pad()
    let name = entry.kind == .folder && !entry.path.hasSuffix("/") ? entry.path + "/" : entry.path
    var records: [(String, String)] = []
    if name.utf8.count > 100 { records.append(("path", name)) }
    if entry.target.utf8.count > 100 { records.append(("linkpath", entry.target)) }
    if entry.size >= 1 << 33 { records.append(("size", String(entry.size))) }
    if !records.isEmpty {
      let text = records.map(Self.record).joined()
      bytes += Self.header("PaxHeaders/entry", 0x78, Entry(path: "", kind: .file, size: text.utf8.count))
      append(Array(text.utf8))
      pad()
    }
    bytes += Self.header(name, entry.kind.rawValue, entry)
  }

  /// Contents of the entry that was added last.
  mutating func append(_ contents: some Collection<UInt8>) {
    bytes += contents
    unpadded = (unpadded + contents.count) % Self.block
  }

  private mutating func pad() {
    if unpadded > 0 { bytes += [UInt8](repeating: 0, count: Self.block - unpadded) }
    unpadded = 0
  }

  /// `length key=value`, where the length counts its own digits.
  private static func record(_ key: String, _ value: String) -> String {
    let rest = key.utf8.count + value.utf8.count + 3
    var length = rest
    while String(length).utf8.count + rest != length { length = String(length).utf8.count + rest }
    return "\(length) \(key)=\(value)\n"
  }

  private static func header(_ name: String, _ kind: UInt8, _ entry: Entry) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: some Sequence<UInt8>, at offset: Int, _ width: Int) {
      for (index, byte) in text.prefix(width).enumerated() { header[offset + index] = byte }
    }
    func octal(_ value: Int, _ digits: Int) -> [UInt8] {
      let text = String(max(0, value), radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8.suffix(digits))
    }
    put(name.utf8, at: 0, 100)
    put(octal(entry.mode, 7), at: 100, 7)
    put(octal(entry.user, 7), at: 108, 7)
    put(octal(entry.group, 7), at: 116, 7)
    put(octal(entry.size < 1 << 33 ? entry.size : 0, 11), at: 124, 11)
    put(octal(Int(entry.modified), 11), at: 136, 11)
    put([UInt8](repeating: 0x20, count: 8), at: 148, 8)
    header[156] = kind
    put(entry.target.utf8, at: 157, 100)
    put("ustar\u{0}00".utf8, at: 257, 8)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, 6) + [0, 0x20], at: 148, 8)
    return header
  }
}

/// Writes tar archives byte by byte, also invalid ones.
package struct TestArchive: Sendable {
  package private(set) var bytes: [UInt8] = []

  package enum Kind: String, Sendable {
    case file = "0"
    case hardLink = "1"
    case symbolicLink = "2"
    case characterDevice = "3"
    case blockDevice = "4"
    case folder = "5"
    case pipe = "6"
    case pax = "x"
  }

  /// - Parameter claimedSize: the size in the header, if it differs from the real one.
  package mutating func add(
    _ path: String, _ kind: Kind = .file, _ contents: String = "", link: String = "", mode: Int = 0o644,
    owner: Int = 0, group: Int = 0, modified: Int = 1_700_000_000, device: (Int, Int) = (0, 0),
    attributes: [(String, String)] = [], claimedSize: Int? = nil
  ) {
    var records = attributes.map { Self.record("SCHILY.xattr.\($0)", $1) }.joined()
    if path.utf8.count > 100 { records += Self.record("path", path) }
    if link.utf8.count > 100 { records += Self.record("linkpath", link) }
    if !records.isEmpty { add("PaxHeaders/x", .pax, records) }
    let data = Array(contents.utf8)
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int, _ width: Int) {
      for (index, byte) in text.utf8.prefix(width).enumerated() { header[offset + index] = byte }
    }
    func octal(_ value: Int, at offset: Int, _ width: Int) {
      let digits = String(value, radix: 8)
      put(String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits, at: offset, width - 1)
    }
    put(path, at: 0, 100)
    octal(mode, at: 100, 8)
    octal(owner, at: 108, 8)
    octal(group, at: 116, 8)
    octal(claimedSize ?? data.count, at: 124, 12)
    octal(modified, at: 136, 12)
    put("        ", at: 148, 8)
    put(kind.rawValue, at: 156, 1)
    put(link, at: 157, 100)
    put("ustar", at: 257, 5)
    put("00", at: 263, 2)
    octal(device.0, at: 329, 8)
    octal(device.1, at: 337, 8)
    octal(header.reduce(0) { $0 + Int($1) }, at: 148, 7)
    header[154] = 0
    header[155] = 32
    bytes += header + data
    bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  private static func record(_ name: String, _ value: String) -> String {
    let rest = " \(name)=\(value)\n".utf8.count
    var length = rest
    while String(length).utf8.count + rest != length { length = String(length).utf8.count + rest }
    return "\(length) \(name)=\(value)\n"
  }

  /// The archive with its end marker.
  package var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  package init(_ build: (inout TestArchive) -> Void = { _ in }) {
    build(&self)
  }
}

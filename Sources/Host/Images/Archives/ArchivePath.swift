import EngineModel

/// A path inside an archive, relative to the archive's root. Names are bytes, because Linux requires no encoding.
///
/// Parsing drops empty names and `.`, and `..` removes the name before it. It refuses a `..` that leads above the root.
struct ArchivePath: Hashable {
  private(set) var names: [[UInt8]] = []

  static let root = ArchivePath(names: [])

  init(names: [[UInt8]]) {
    self.names = names
  }

  init(_ text: UnsafePointer<CChar>) throws(EngineError) {
    try self.init(bytes: UnsafeBufferPointer(start: text, count: Self.length(text)).map { UInt8(bitPattern: $0) })
  }

  init(bytes: [UInt8]) throws(EngineError) {
    guard bytes.count < 4096 else {
      throw EngineError(.invalidParameter, "invalid archive: a path of \(bytes.count) bytes")
    }
    for name in bytes.split(separator: UInt8(ascii: "/")) {
      switch name.elementsEqual([UInt8(ascii: ".")]) ? 1 : name.elementsEqual([46, 46]) ? 2 : 0 {
      case 1: continue
      case 2:
        guard names.popLast() != nil else {
          throw EngineError(
            .invalidParameter, "invalid archive: \"\(String(decoding: bytes, as: UTF8.self))\" is outside of it")
        }
      default: names.append(Array(name))
      }
    }
  }

  var isRoot: Bool { names.isEmpty }
  var last: [UInt8] { names.last ?? [] }
  var parent: ArchivePath { ArchivePath(names: Array(names.dropLast())) }

  /// `.` for the root.
  var relativeText: String {
    isRoot ? "." : String(decoding: Array(names.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }

  /// A relative, NUL-terminated path for system calls; `.` for the root.
  var cString: [CChar] {
    isRoot
      ? [46, 0] : names.joined(separator: [UInt8(ascii: "/")]).map { CChar(bitPattern: $0) } + [0]
  }

  private static func length(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
  }
}

extension [UInt8] {
  /// NUL-terminated, for system calls.
  var cString: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}

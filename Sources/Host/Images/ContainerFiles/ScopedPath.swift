import EngineModel

/// A path as the programs of a container understand it: links lead to where they lead inside, never out.
enum ScopedPath {
  /// As many links as the kernel follows, and a few more: Go's limit, which Docker's is.
  private static let linkLimit = 255

  /// Where a path leads. What is not there is taken as it is written.
  ///
  /// - Parameters:
  ///   - text: `..` takes away the name before it before any link is followed, as Docker has it.
  ///   - followsLast: also when a link is the last name; a path that ends in `/` or `/.` means what the link leads to
  ///     in any case.
  ///   - link: the target of a link; `nil` when there is no link of that path.
  /// - Throws: `invalidParameter` when links lead round in a circle.
  static func resolve(
    _ text: String, followsLast: Bool, link: (ArchivePath) throws -> [UInt8]?
  ) throws -> ArchivePath {
    var waiting: [[UInt8]] = cleaned(text).reversed()
    let followsLast = followsLast || meansFolder(text)
    var names: [[UInt8]] = []
    var links = 0
    while let name = waiting.popLast() {
      if name == Array("..".utf8) {
        _ = names.popLast()
        continue
      }
      let path = ArchivePath(names: names + [name])
      guard !waiting.isEmpty || followsLast, let target = try link(path) else {
        names = path.names
        continue
      }
      links += 1
      guard links <= linkLimit else { throw EngineError(.invalidParameter, "\(text): too many links") }
      if target.first == UInt8(ascii: "/") { names = [] }
      let parts = target.split(separator: UInt8(ascii: "/")).map(Array.init)
      waiting += parts.reversed().filter { $0 != Array(".".utf8) }
    }
    return ArchivePath(names: names)
  }

  /// The last part of a path, as Docker names what it copies: `.` for `/folder/.`, `/` for the root.
  static func base(_ text: String) -> String {
    if text.hasSuffix("/.") || text == "." { return cleaned(text).isEmpty ? "/" : "." }
    return cleaned(text).last.map { String(decoding: $0, as: UTF8.self) } ?? "/"
  }

  /// It ends in a slash, or in a slash and a point.
  static func meansFolder(_ text: String) -> Bool { text.hasSuffix("/") || text.hasSuffix("/.") || text == "." }

  private static func cleaned(_ text: String) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for name in text.utf8.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
      if name.elementsEqual("..".utf8) { _ = names.popLast() } else { names.append(Array(name)) }
    }
    return names
  }
}

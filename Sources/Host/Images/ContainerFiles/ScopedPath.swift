import EngineModel

/// Resolves a path as the container's own programs do: links lead to targets inside the container.
enum ScopedPath {
  /// The limit of Go's `filepath.EvalSymlinks`, which Docker uses.
  private static let linkLimit = 255

  /// Resolves links in a path. Components that do not exist stay as written.
  ///
  /// - Parameters:
  ///   - text: `..` removes the name before it before links are followed, as in Docker.
  ///   - followsLast: follows a link in the last component; always true for a path that ends in `/` or `/.`.
  ///   - link: returns the target of a link, or `nil` if the path is not a link.
  /// - Throws: `invalidParameter` for a loop of links.
  static func resolve(
    _ text: String, followsLast: Bool, link: (ArchivePath) throws -> [UInt8]?
  ) throws -> ArchivePath {
    var waiting: [[UInt8]] = cleaned(text).reversed()
    let followsLast = followsLast || requiresFolder(text)
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

  /// The last component of a path as Docker names copied files: `.` for `/folder/.`, `/` for the root.
  static func lastComponent(_ text: String) -> String {
    if text.hasSuffix("/.") || text == "." { return cleaned(text).isEmpty ? "/" : "." }
    return cleaned(text).last.map { String(decoding: $0, as: UTF8.self) } ?? "/"
  }

  /// The path ends in `/` or `/.`, so it must name a folder.
  static func requiresFolder(_ text: String) -> Bool { text.hasSuffix("/") || text.hasSuffix("/.") || text == "." }

  private static func cleaned(_ text: String) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for name in text.utf8.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
      if name.elementsEqual("..".utf8) { _ = names.popLast() } else { names.append(Array(name)) }
    }
    return names
  }
}

/// Reads files for the loader. The caller supplies the access.
package struct ProjectFiles: Sendable {
  package enum Contents: Sendable {
    case bytes([UInt8])
    case missing
    /// The file exists and cannot be read, for this reason.
    case unreadable(String)
  }

  package let read: @Sendable (String) -> Contents

  package init(read: @escaping @Sendable (String) -> Contents) { self.read = read }

  func exists(_ path: String) -> Bool { if case .missing = read(path) { false } else { true } }

  /// - Parameter location: where a Compose file refers to this file.
  func bytes(_ path: String, requestedAt location: SourceLocation?) throws(ComposeError) -> [UInt8] {
    switch read(path) {
    case .bytes(let bytes): return bytes
    case .missing: throw ComposeError(location, "\(path): no such file")
    case .unreadable(let reason): throw ComposeError(location, "\(path): \(reason)")
    }
  }

  func text(_ path: String, requestedAt location: SourceLocation?) throws(ComposeError) -> String {
    String(decoding: try bytes(path, requestedAt: location), as: UTF8.self)
  }

  private static let names = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]

  /// The Compose file of a folder or of its nearest parent that has one, and its override file.
  func discovered(from directory: String) throws(ComposeError) -> [String] {
    var folder = directory
    while true {
      let prefix = folder == "/" ? "" : folder
      if let name = Self.names.first(where: { exists("\(prefix)/\($0)") }) {
        let overrides = Self.names.map { name in
          let dot = name.lastIndex(of: ".") ?? name.endIndex
          return "\(prefix)/\(name[..<dot]).override\(name[dot...])"
        }
        return ["\(prefix)/\(name)"] + (overrides.first(where: exists).map { [$0] } ?? [])
      }
      guard folder != "/" else {
        throw ComposeError(
          nil,
          "no configuration file provided: not found: expected \(Self.names.joined(separator: ", ")) in \(directory) or above it; -f names another"
        )
      }
      folder = PathText.folder(of: folder)
    }
  }
}

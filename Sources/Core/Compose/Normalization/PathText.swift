/// Path operations on text, without file access.
package enum PathText {
  /// An absolute path without `.` and `..`.
  ///
  /// - Parameter home: the folder that `~` stands for.
  package static func absolute(_ path: String, in directory: String, home: String?) -> String {
    var path = path
    if let home, path == "~" || path.hasPrefix("~/") { path = home + path.dropFirst() }
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    var components: [Substring] = []
    for component in whole.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": _ = components.popLast()
      default: components.append(component)
      }
    }
    return "/" + components.joined(separator: "/")
  }

  /// The parent folder.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last component.
  package static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// Whether the source of a mount is a path, not a volume's name.
  static func isPath(_ source: String) -> Bool {
    source.hasPrefix("/") || source.hasPrefix(".") || source == "~" || source.hasPrefix("~/")
  }
}

/// A path in the syntax of `cp`.
struct CopyPath: Equatable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  var components: [String] { text.split(separator: "/").map(String.init) }

  /// `dir/.`: the contents of the folder, not the folder itself.
  var meansContent: Bool { components.last == "." || components.isEmpty }

  /// `dir/`: the path must be a folder.
  var meansFolder: Bool { text.hasSuffix("/") || meansContent }

  /// The last component; empty for the root.
  var name: String { components.last { $0 != "." } ?? "" }

  /// The parent folder.
  var parent: CopyPath {
    let words = components.filter { $0 != "." }.dropLast()
    return CopyPath((text.hasPrefix("/") ? "/" : "") + words.joined(separator: "/"))
  }

  /// The path from the container's root. Relative paths start there.
  var absolute: CopyPath { text.hasPrefix("/") ? self : CopyPath("/" + text) }

  /// The path that a symbolic link at this path leads to.
  func following(_ target: String) -> CopyPath {
    target.hasPrefix("/") ? CopyPath(target) : CopyPath("\(parent.text == "/" ? "" : parent.text)/\(target)")
  }
}

import JSON
import EngineAPI
import EngineClient

/// What there is at a path in a container, as the header `X-Docker-Container-Path-Stat` tells it.
struct PathStatus: Equatable, Sendable {
  let isFolder: Bool
  /// Where a symbolic link leads; `nil` for what is none.
  let linkTarget: String?

  /// `nil` when the header is not there or cannot be read.
  init?(_ answer: EngineAnswer) {
    guard let header = answer.header("X-Docker-Container-Path-Stat") else { return nil }
    self.init(header: header)
  }

  init?(header: String) {
    guard let bytes = Base64.decode(header), let value = try? JSONParser.parse(bytes),
      let mode = value["mode"]?.integer
    else { return nil }
    // Go's bits of a file's mode, not the kernel's.
    isFolder = mode & 1 << 31 != 0
    linkTarget = mode & 1 << 27 != 0 ? value["linkTarget"]?.text ?? "" : nil
  }
}

/// A path as `cp` reads it.
struct CopyPath: Equatable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// Its words, without what changes nothing.
  var components: [String] { text.split(separator: "/").map(String.init) }

  /// `dir/.`: what is in the folder, not the folder.
  var meansContent: Bool { components.last == "." || components.isEmpty }

  /// `dir/`: it must be a folder.
  var meansFolder: Bool { text.hasSuffix("/") || meansContent }

  /// The last name; empty for the root.
  var name: String { components.last { $0 != "." } ?? "" }

  /// The folder that it is in.
  var parent: CopyPath {
    let words = components.filter { $0 != "." }.dropLast()
    return CopyPath((text.hasPrefix("/") ? "/" : "") + words.joined(separator: "/"))
  }

  /// Below a container's root, where every path begins.
  var absolute: CopyPath { text.hasPrefix("/") ? self : CopyPath("/" + text) }

  /// What a symbolic link at this path leads to.
  func following(_ target: String) -> CopyPath {
    target.hasPrefix("/") ? CopyPath(target) : CopyPath("\(parent.text == "/" ? "" : parent.text)/\(target)")
  }
}

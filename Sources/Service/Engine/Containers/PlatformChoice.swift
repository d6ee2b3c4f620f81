import EngineModel

/// `--platform`, or its absence, against what an image was made for.
struct PlatformChoice: Sendable, Hashable {
  /// `os[/architecture[/variant]]`.
  let wish: String?
  let host: String

  init(_ wish: String?, host: String) {
    self.wish = wish
    self.host = host
  }

  /// - Returns: a warning when nobody asked for another platform than the host's, and the image is of one.
  /// - Throws: `invalidParameter` for what is no platform; `notFound` when the image is of another than was asked for, at
  ///   which clients fetch it anew.
  func doubt(about platform: String, of name: String) throws(EngineError) -> String? {
    let own = Self.parts(platform)
    guard let wish, !wish.isEmpty else {
      guard !platform.isEmpty, own.prefix(2) != Self.parts(host).prefix(2) else { return nil }
      return "The requested image's platform (\(platform)) does not match the detected host platform (\(host)) and no "
        + "specific platform was requested"
    }
    let asked = Self.parts(wish)
    guard (1...3).contains(asked.count), asked.allSatisfy({ !$0.isEmpty }) else {
      throw EngineError(.invalidParameter, "\"\(wish)\": unknown operating system or architecture: invalid argument")
    }
    guard platform.isEmpty || zip(own, asked).allSatisfy({ $0 == $1 }) else {
      throw EngineError(
        .notFound,
        "image with reference \(name) was found but its platform (\(platform)) does not match the specified platform "
          + "(\(wish))")
    }
    return nil
  }

  /// Other words for the same are made one.
  private static func parts(_ text: String) -> [String] {
    let words = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let synonyms = ["x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386"]
    return words.map { synonyms[$0] ?? $0 }
  }
}

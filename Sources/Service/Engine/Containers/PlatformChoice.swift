import EngineModel

/// Compares `--platform`, or the host's platform, with an image's.
struct PlatformChoice: Sendable, Hashable {
  /// `os[/architecture[/variant]]`.
  let requested: String?
  let host: String

  init(_ requested: String?, host: String) {
    self.requested = requested
    self.host = host
  }

  /// - Returns: a warning when the request names no platform and the image's differs from the host's.
  /// - Throws: `invalidParameter` for a malformed platform; `notFound` when the image's differs from the requested one:
  ///   clients then pull the image.
  func warning(about platform: String, of name: String) throws(EngineError) -> String? {
    let own = Self.parts(platform)
    guard let requested, !requested.isEmpty else {
      guard !platform.isEmpty, own.prefix(2) != Self.parts(host).prefix(2) else { return nil }
      return "The requested image's platform (\(platform)) does not match the detected host platform (\(host)) and no "
        + "specific platform was requested"
    }
    let requestedParts = Self.parts(requested)
    guard (1...3).contains(requestedParts.count), requestedParts.allSatisfy({ !$0.isEmpty }) else {
      throw EngineError(
        .invalidParameter, "\"\(requested)\": unknown operating system or architecture: invalid argument")
    }
    guard platform.isEmpty || zip(own, requestedParts).allSatisfy({ $0 == $1 }) else {
      throw EngineError(
        .notFound,
        "image with reference \(name) was found but its platform (\(platform)) does not match the specified platform "
          + "(\(requested))")
    }
    return nil
  }

  /// Replaces synonyms by the names that images use.
  private static func parts(_ text: String) -> [String] {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let synonyms = ["x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386"]
    return parts.map { synonyms[$0] ?? $0 }
  }
}

/// An image's name as people write it.
enum ImageReference {
  /// The repository, and the tag or digest; `latest` where there is neither.
  static func parts(_ text: String) -> (repository: String, tag: String) {
    if let at = text.firstIndex(of: "@") {
      return (String(text[..<at]), String(text[text.index(after: at)...]))
    }
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") {
      return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
    return (text, "latest")
  }

  /// The name with its tag.
  static func familiar(_ text: String) -> String {
    guard !text.contains("@") else { return text }
    let (repository, tag) = parts(text)
    return "\(repository):\(tag)"
  }
}

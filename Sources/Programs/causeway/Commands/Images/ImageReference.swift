/// Parses image names.
enum ImageReference {
  /// The repository, and the tag or digest; the default tag is `latest`.
  static func parts(_ text: String) -> (repository: String, tag: String) {
    if let at = text.firstIndex(of: "@") {
      return (String(text[..<at]), String(text[text.index(after: at)...]))
    }
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") {
      return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
    return (text, "latest")
  }

  /// The name with registry and repository path: `docker.io/library/busybox`.
  static func qualified(_ text: String) -> String {
    let server = RegistryCredentials.server(ofImage: text)
    guard server == RegistryCredentials.hub else { return text }
    var path = text[...]
    for prefix in ["docker.io/", "index.docker.io/"] where path.hasPrefix(prefix) {
      path = path.dropFirst(prefix.count)
    }
    return "docker.io/" + (path.contains("/") ? "" : "library/") + path
  }

  /// The name with its tag.
  static func tagged(_ text: String) -> String {
    guard !text.contains("@") else { return text }
    let (repository, tag) = parts(text)
    return "\(repository):\(tag)"
  }
}

/// A mirror of Docker Hub, from `registry-mirrors`: an address without a path.
package struct RegistryMirror: Sendable, Hashable {
  /// Host and port.
  package let location: String
  package let usesTLS: Bool

  /// - Returns: `nil` unless the text is `http://` or `https://` with a host and optionally a port.
  package init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    switch text[..<mark.lowerBound] {
    case "http": usesTLS = false
    case "https": usesTLS = true
    default: return nil
    }
    var rest = text[mark.upperBound...]
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard RegistryDomain.isValid(rest) else { return nil }
    location = String(rest)
  }
}

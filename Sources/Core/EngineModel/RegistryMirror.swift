/// A mirror of Docker Hub, from `registry-mirrors`: an address without a path.
public struct RegistryMirror: Sendable, Hashable {
  /// Host and port.
  public let location: String
  public let usesTLS: Bool

  /// - Returns: `nil` unless the text is `http://` or `https://` with a host and optionally a port.
  public init?(_ text: String) {
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

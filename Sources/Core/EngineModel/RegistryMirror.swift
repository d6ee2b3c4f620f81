/// A registry that has copies of Docker Hub's images, as `registry-mirrors` names it: an address without a path.
public struct RegistryMirror: Sendable, Hashable {
  /// Host and port.
  public let location: String
  public let usesTLS: Bool

  /// - Returns: `nil` unless it is `http://` or `https://` with a host, perhaps a port, and nothing else.
  public init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    switch text[..<mark.lowerBound] {
    case "http": usesTLS = false
    case "https": usesTLS = true
    default: return nil
    }
    var rest = text[mark.upperBound...]
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard RegistryDomain.isOne(rest) else { return nil }
    location = String(rest)
  }
}

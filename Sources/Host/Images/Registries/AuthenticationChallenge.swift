import EngineModel

/// `WWW-Authenticate`, as registries send it (RFC 9110, 11.6.1): `Bearer realm="https://…",service="…",scope="…"`. Pure.
struct AuthenticationChallenge: Sendable, Hashable {
  /// In small letters; empty when there is none.
  let scheme: String
  let parameters: [String: String]

  init(_ text: String) {
    scheme = text.prefix { $0 != " " }.lowercased()
    var rest = text.drop { $0 != " " }
    var parameters: [String: String] = [:]
    while true {
      rest = rest.drop { $0 == " " || $0 == "," }
      guard let equals = rest.firstIndex(of: "=") else { break }
      let name = rest[..<equals].lowercased()
      rest = rest[rest.index(after: equals)...]
      var value = ""
      if rest.first == "\"" {
        rest.removeFirst()
        while let character = rest.popFirst(), character != "\"" {
          value.append(character == "\\" ? rest.popFirst() ?? character : character)
        }
      } else {
        value = String(rest.prefix { $0 != "," })
        rest = rest.dropFirst(value.count)
      }
      parameters[name] = value
    }
    self.parameters = parameters
  }

  private struct Granted: Decodable {
    var token: String?
    var access_token: String?
  }

  /// The token in the answer of whoever gives them.
  static func token(_ bytes: [UInt8]) -> String? {
    let granted = try? CanonicalJSON.decode(Granted.self, bytes, "token")
    return (granted?.token ?? granted?.access_token).flatMap { $0.isEmpty ? nil : $0 }
  }
}

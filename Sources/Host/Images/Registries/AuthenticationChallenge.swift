import EngineModel

/// A `WWW-Authenticate` header (RFC 9110, 11.6.1): `Bearer realm="https://…",service="…",scope="…"`. Pure.
struct AuthenticationChallenge: Sendable, Hashable {
  /// In lower case; empty if there is no challenge.
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

  private struct TokenResponse: Decodable {
    var token: String?
    var access_token: String?
  }

  /// The token in a token server's response.
  static func token(_ bytes: [UInt8]) -> String? {
    let response = try? CanonicalJSON.decode(TokenResponse.self, bytes, "token")
    return (response?.token ?? response?.access_token).flatMap { $0.isEmpty ? nil : $0 }
  }
}

import EngineAPI
import JSON

/// Credentials for a registry.
struct RegistryLogin: Hashable, Sendable {
  var username = ""
  var password = ""
  /// A token that the registry issued in place of the password.
  var identityToken = ""
  var server = ""

  var isEmpty: Bool { username.isEmpty && password.isEmpty && identityToken.isEmpty }

  /// The value of `X-Registry-Auth`: JSON in URL-safe Base64.
  var header: String { Base64.encode(JSONWriter.bytes(document), isSafeInAddresses: true) }

  /// The member names are those of the API's `AuthConfig`.
  var document: JSONValue {
    var members: [JSONMember] = []
    for (name, text) in [
      ("username", username), ("password", password), ("serveraddress", server), ("identitytoken", identityToken),
    ] where !text.isEmpty { members.append(JSONMember(name, .string(text))) }
    return .object(members)
  }
}

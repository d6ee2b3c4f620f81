import EngineModel
import FoundationEssentials

/// The credentials for a registry (`X-Registry-Auth`).
package struct RegistryLogin: Sendable, Hashable {
  package var username: String
  package var password: String
  /// A token that the registry issued in place of a password.
  package var identityToken: String

  package init(username: String = "", password: String = "", identityToken: String = "") {
    self.username = username
    self.password = password
    self.identityToken = identityToken
  }

  package var isEmpty: Bool { username.isEmpty && password.isEmpty && identityToken.isEmpty }

  private struct File: Encodable {
    struct Entry: Encodable {
      var auth: String
      var identitytoken: String?
    }

    var auths: [String: Entry] = [:]
  }

  /// skopeo's credentials file (containers-auth.json(5)) with only this login.
  ///
  /// - Parameter domain: the registry, as in an image reference.
  func file(for domain: String) throws(EngineError) -> [UInt8] {
    var file = File()
    if !isEmpty {
      file.auths[domain] = File.Entry(
        auth: Data("\(username):\(password)".utf8).base64EncodedString(),
        identitytoken: identityToken.isEmpty ? nil : identityToken)
    }
    return try CanonicalJSON.encode(file)
  }
}

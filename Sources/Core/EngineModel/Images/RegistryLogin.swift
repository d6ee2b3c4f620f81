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
}

extension Wire {
  /// The body of `POST /auth`, and what `X-Registry-Auth` holds.
  package struct AuthConfig: Codable, Sendable, Hashable {
    package var username = ""
    package var password = ""
    /// User and password in base64, as `config.json` has them.
    package var auth = ""
    package var email = ""
    package var serveraddress = ""
    package var identitytoken = ""
    package var registrytoken = ""
    package init() {}
  }
}

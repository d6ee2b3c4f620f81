extension Wire {
  /// The body of `POST /auth`, and what `X-Registry-Auth` holds.
  public struct AuthConfig: Codable, Sendable, Hashable {
    public var username = ""
    public var password = ""
    /// User and password in base64, as `config.json` has them.
    public var auth = ""
    public var email = ""
    public var serveraddress = ""
    public var identitytoken = ""
    public var registrytoken = ""
    public init() {}
  }
}

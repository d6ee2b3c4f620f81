import EngineModel
import FoundationEssentials

/// Who asks a registry, as `X-Registry-Auth` says it.
public struct RegistryLogin: Sendable, Hashable {
  public var username: String
  public var password: String
  /// What the registry gave in place of a password.
  public var identityToken: String

  public init(username: String = "", password: String = "", identityToken: String = "") {
    self.username = username
    self.password = password
    self.identityToken = identityToken
  }

  public var isEmpty: Bool { username.isEmpty && password.isEmpty && identityToken.isEmpty }

  private struct File: Encodable {
    struct Entry: Encodable {
      var auth: String
      var identitytoken: String?
    }

    var auths: [String: Entry] = [:]
  }

  /// The file of logins that skopeo reads (containers-auth.json(5)), with this one alone.
  ///
  /// - Parameter domain: the registry, as in images' names.
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

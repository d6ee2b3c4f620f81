import EngineModel
import JSON

extension RegistryLogin {
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
        auth: Base64.encode("\(username):\(password)".utf8),
        identitytoken: identityToken.isEmpty ? nil : identityToken)
    }
    return try CanonicalJSON.encode(file)
  }
}

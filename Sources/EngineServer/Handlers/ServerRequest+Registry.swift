internal import EngineAPI
internal import EngineModel
internal import Images
internal import NIOHTTP1

extension ServerRequest {
  /// Who asks a registry: `X-Registry-Auth`, JSON in base64. Nobody in particular when it is not there.
  ///
  /// - Throws: `invalidParameter` when it cannot be read.
  var registryLogin: RegistryLogin {
    get throws(EngineError) {
      guard let text = headers.first(name: "x-registry-auth"), !text.isEmpty else { return RegistryLogin() }
      guard let bytes = Base64.decode(text) else {
        throw EngineError(.invalidParameter, "invalid X-Registry-Auth header: it is not base64")
      }
      if bytes == Array("null".utf8) { return RegistryLogin() }
      do {
        return try RegistryLogin(try JSONDecoding.decode(Wire.AuthConfig.self, from: bytes))
      } catch let error as EngineError {
        throw error
      } catch {
        throw EngineError(.invalidParameter, "invalid X-Registry-Auth header: \(error)")
      }
    }
  }

  /// Who asks which registry: `X-Registry-Config`, JSON in base64, by the registries' names.
  ///
  /// - Throws: `invalidParameter` when it cannot be read.
  var registryLogins: [String: RegistryLogin] {
    get throws {
      guard let text = headers.first(name: "x-registry-config"), !text.isEmpty else { return [:] }
      guard let bytes = Base64.decode(text),
        let entries = try? JSONDecoding.decode([String: Wire.AuthConfig]?.self, from: bytes)
      else { throw EngineError(.invalidParameter, "invalid X-Registry-Config header") }
      return try entries.mapValues { try RegistryLogin($0) }
    }
  }

  /// `platform` of the query; what it does not say is this host's.
  var wishedPlatform: WishedPlatform? {
    get throws(EngineError) {
      guard let text = try platform else { return nil }
      var wish = WishedPlatform(variant: text.variant)
      if !text.operatingSystem.isEmpty { wish.operatingSystem = text.operatingSystem }
      if !text.architecture.isEmpty { wish.architecture = text.architecture }
      return wish
    }
  }
}

extension RegistryLogin {
  /// - Throws: `notImplemented` for a bearer token that somebody else got.
  init(_ wire: Wire.AuthConfig) throws(EngineError) {
    guard wire.registrytoken.isEmpty else {
      throw EngineError(.notImplemented, "a bearer token (registrytoken) is not implemented: log in with a user name")
    }
    self.init(username: wire.username, password: wire.password, identityToken: wire.identitytoken)
    if username.isEmpty, !wire.auth.isEmpty, let pair = Base64.decode(wire.auth) {
      let parts = String(decoding: pair, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
      if parts.count == 2 { (username, password) = (parts[0], parts[1]) }
    }
  }
}

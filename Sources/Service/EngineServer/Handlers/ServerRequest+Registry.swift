import JSON
internal import EngineAPI
internal import EngineModel
internal import Images
internal import NIOHTTP1

extension ServerRequest {
  /// Who asks a registry: `X-Registry-Auth`. Nobody in particular when it is not there.
  ///
  /// - Throws: `invalidParameter` when it cannot be read.
  var registryLogin: RegistryLogin {
    get throws(EngineError) {
      guard let wire = try encodedHeader("X-Registry-Auth", as: Wire.AuthConfig.self) else { return RegistryLogin() }
      return try RegistryLogin(wire)
    }
  }

  /// Who asks which registry: `X-Registry-Config` of builds, by the registry's name in images' names.
  ///
  /// - Throws: `invalidParameter` when it cannot be read.
  var registryLogins: [String: RegistryLogin] {
    get throws(EngineError) {
      var logins: [String: RegistryLogin] = [:]
      let wires = try encodedHeader("X-Registry-Config", as: [String: Wire.AuthConfig].self) ?? [:]
      for (address, wire) in wires {
        // Logins of Docker's own registry are kept under an address of old.
        let isHub = address.contains("index.docker.io")
        logins[isHub ? "docker.io" : address] = try RegistryLogin(wire)
      }
      return logins
    }
  }

  /// A header that is JSON in base64; `nil` when it is not there.
  private func encodedHeader<T: Decodable>(_ name: String, as type: T.Type) throws(EngineError) -> T? {
    guard let text = headers.first(name: name), !text.isEmpty else { return nil }
    guard let bytes = Base64.decode(text) else {
      throw EngineError(.invalidParameter, "invalid \(name) header: it is not base64")
    }
    if bytes == Array("null".utf8) { return nil }
    do {
      return try JSONDecoding.decode(type, from: bytes)
    } catch let error as EngineError {
      throw error
    } catch {
      throw EngineError(.invalidParameter, "invalid \(name) header: \(error)")
    }
  }

  /// `platform` of the query; what it does not say is this host's.
  var requestedPlatform: RequestedPlatform? {
    get throws(EngineError) {
      guard let text = try platform else { return nil }
      var wish = RequestedPlatform(variant: text.variant)
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

import JSON
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

extension ServerRequest {
  /// The registry login from `X-Registry-Auth`; an anonymous login without that header.
  ///
  /// - Throws: `invalidParameter` when it is malformed.
  var registryLogin: RegistryLogin {
    get throws(EngineError) {
      guard let wire = try encodedHeader("X-Registry-Auth", as: Wire.AuthConfig.self) else { return RegistryLogin() }
      return try RegistryLogin(wire)
    }
  }

  /// The registry logins from `X-Registry-Config` of builds, by the registry's name in image names.
  ///
  /// - Throws: `invalidParameter` when it is malformed.
  var registryLogins: [String: RegistryLogin] {
    get throws(EngineError) {
      var logins: [String: RegistryLogin] = [:]
      let wires = try encodedHeader("X-Registry-Config", as: [String: Wire.AuthConfig].self) ?? [:]
      for (address, wire) in wires {
        // Clients store the login of Docker Hub under an old address.
        let isHub = address.contains("index.docker.io")
        logins[isHub ? "docker.io" : address] = try RegistryLogin(wire)
      }
      return logins
    }
  }

  /// A header that is JSON in Base64; `nil` without the header.
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
      throw EngineError(.invalidParameter, "invalid \(name) header: \(ErrorText.of(error))")
    }
  }

  /// `platform` of the query; parts that it leaves out are this host's.
  var requestedPlatform: RequestedPlatform? {
    get throws(EngineError) {
      guard let text = try platform else { return nil }
      var platform = RequestedPlatform(variant: text.variant)
      if !text.operatingSystem.isEmpty { platform.operatingSystem = text.operatingSystem }
      if !text.architecture.isEmpty { platform.architecture = text.architecture }
      return platform
    }
  }
}

extension RegistryLogin {
  /// - Throws: `notImplemented` for a bearer token of the client.
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

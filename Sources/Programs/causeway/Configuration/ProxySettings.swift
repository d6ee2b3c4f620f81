import JSON
import EngineAPI

/// The proxies that the configuration has for containers (`proxies`), as variables of their environment.
enum ProxySettings {
  private static let names = [
    ("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("ftpProxy", "FTP_PROXY"), ("noProxy", "NO_PROXY"),
    ("allProxy", "ALL_PROXY"),
  ]

  /// Each in capitals and in small letters, since programs look for either; those that are set already are left alone.
  ///
  /// - Parameters:
  ///   - host: the engine, which may have proxies of its own.
  ///   - given: the environment so far, `NAME=value`.
  static func variables(_ configuration: ClientConfiguration, host: String, given: [String]) -> [String] {
    guard let settings = configuration["proxies"]?[host] ?? configuration["proxies"]?["default"] else { return [] }
    let set = Set(given.map { $0.prefix { $0 != "=" } })
    return names.flatMap { key, name -> [String] in
      guard let value = settings[key]?.text, !value.isEmpty else { return [] }
      return [name, name.lowercased()].filter { !set.contains($0[...]) }.map { "\($0)=\(value)" }
    }
  }
}

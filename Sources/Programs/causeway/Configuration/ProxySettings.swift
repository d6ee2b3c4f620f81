import JSON
import EngineAPI

/// The proxy settings for containers (`proxies` in the configuration) as environment variables.
enum ProxySettings {
  private static let names = [
    ("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("ftpProxy", "FTP_PROXY"), ("noProxy", "NO_PROXY"),
    ("allProxy", "ALL_PROXY"),
  ]

  /// Each variable in upper and lower case, because programs look for either. Variables that are set already are left
  /// out.
  ///
  /// - Parameters:
  ///   - host: the engine, which may have its own proxies.
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

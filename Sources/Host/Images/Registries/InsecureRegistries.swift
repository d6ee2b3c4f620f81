import EngineModel
import Addressing

/// The registries whose identity is not verified.
struct InsecureRegistries: Sendable, Hashable {
  private let domains: Set<String>
  private let subnets: [IPPrefix]

  /// Ignores entries that are neither a subnet nor a registry: the settings are validated where they are read.
  init(_ texts: [String]) {
    domains = Set(texts)
    subnets = (texts + ["127.0.0.0/8", "::1/128"]).compactMap { IPPrefix($0) }
  }

  /// - Parameters:
  ///   - domain: the host, with or without a port, as in an image reference.
  ///   - lookup: resolves a host name. As in Docker, one address in an insecure subnet is enough.
  func contains(_ domain: String, lookup: (String) -> [IPAddress] = { _ in [] }) -> Bool {
    let host = Self.host(domain)
    if host == "localhost" || domains.contains(domain) || domains.contains(host) { return true }
    // A forged DNS answer must not make Docker Hub insecure.
    guard host != ImageReference.defaultDomain else { return false }
    let addresses = IPAddress(host).map { [$0] } ?? lookup(host)
    return addresses.contains { address in subnets.contains { $0.contains(address) } }
  }

  private static func host(_ domain: String) -> String {
    if domain.hasPrefix("["), let bracket = domain.firstIndex(of: "]") {
      return String(domain[domain.index(after: domain.startIndex)..<bracket])
    }
    return domain.firstIndex(of: ":").map { String(domain[..<$0]) } ?? domain
  }
}

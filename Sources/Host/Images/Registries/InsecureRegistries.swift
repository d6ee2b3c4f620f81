import Addressing

/// Which registries need not prove who they are.
struct InsecureRegistries: Sendable, Hashable {
  private let domains: Set<String>
  private let subnets: [IPPrefix]

  /// What is neither a subnet nor a registry's name counts for nothing; settings are checked where they are read.
  init(_ texts: [String]) {
    domains = Set(texts)
    subnets = (texts + ["127.0.0.0/8", "::1/128"]).compactMap { IPPrefix($0) }
  }

  /// - Parameters:
  ///   - domain: host and perhaps port, as in an image's name.
  ///   - lookup: the addresses of a name: one of them in an insecure subnet is enough, as for Docker.
  func contains(_ domain: String, lookup: (String) -> [IPAddress] = { _ in [] }) -> Bool {
    let host = Self.host(domain)
    if host == "localhost" || domains.contains(domain) || domains.contains(host) { return true }
    // Nobody shall stand for Docker Hub by an entry in a name server.
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

/// What the engine is told about registries: dockerd's `registry-mirrors` and `insecure-registries`.
public struct RegistrySettings: Sendable, Hashable {
  /// Addresses (`https://mirror.example.org`) that are asked for Docker Hub's images first, in this order.
  public var mirrors: [String]
  /// Registries that may speak plain HTTP, or TLS with a certificate that nobody vouches for: `host`, `host:port`, or a
  /// subnet in CIDR notation. Those on this machine's own loopback addresses always may.
  public var insecure: [String]

  public init(mirrors: [String] = [], insecure: [String] = []) {
    self.mirrors = mirrors
    self.insecure = insecure
  }
}

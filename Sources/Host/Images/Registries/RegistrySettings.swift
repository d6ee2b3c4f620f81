/// What the engine is told about registries: dockerd's `registry-mirrors`, `insecure-registries`,
/// `max-concurrent-downloads` and `max-download-attempts`.
public struct RegistrySettings: Sendable, Hashable {
  /// Addresses (`https://mirror.example.org`) that are asked for Docker Hub's images first, in this order.
  public var mirrors: [String]
  /// Registries that may speak plain HTTP, or TLS with a certificate that nobody vouches for: `host`, `host:port`, or a
  /// subnet in CIDR notation. Those on this machine's own loopback addresses always may.
  public var insecure: [String]
  /// How many layers of an image are fetched at once.
  public var parallelDownloads: Int
  /// How often the fetching of a layer is begun before it is given up.
  public var downloadAttempts: Int

  public init(
    mirrors: [String] = [], insecure: [String] = [], parallelDownloads: Int = 3, downloadAttempts: Int = 5
  ) {
    self.mirrors = mirrors
    self.insecure = insecure
    self.parallelDownloads = parallelDownloads
    self.downloadAttempts = downloadAttempts
  }
}

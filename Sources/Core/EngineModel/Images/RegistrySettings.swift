/// The engine's registry settings: dockerd's `registry-mirrors`, `insecure-registries`, `max-concurrent-downloads` and
/// `max-download-attempts`.
package struct RegistrySettings: Sendable, Hashable {
  /// Mirrors of Docker Hub (`https://mirror.example.org`), in the order of their use.
  package var mirrors: [String]
  /// Registries that may use plain HTTP or an unverified certificate: `host`, `host:port`, or a subnet in CIDR
  /// notation. Loopback addresses always may.
  package var insecure: [String]
  /// The number of parallel layer downloads for one image.
  package var parallelDownloads: Int
  /// The number of attempts to download a layer.
  package var downloadAttempts: Int

  package init(
    mirrors: [String] = [], insecure: [String] = [], parallelDownloads: Int = 3, downloadAttempts: Int = 5
  ) {
    self.mirrors = mirrors
    self.insecure = insecure
    self.parallelDownloads = parallelDownloads
    self.downloadAttempts = downloadAttempts
  }
}

import Addressing
import EngineModel

/// skopeo's configuration files, which replace the host's `/etc/containers`.
enum RegistriesFile {
  /// Accepts every image. As in Docker, the digest verifies the content (containers-policy.json(5)).
  static let policy = #"{"default":[{"type":"insecureAcceptAnything"}]}"#

  /// containers-registries.conf(5) for one registry.
  ///
  /// - Parameters:
  ///   - domain: the registry, as in an image reference. It is a host with or without a port, so it needs no quoting.
  ///   - lookup: resolves a host name.
  static func text(
    for domain: String, _ settings: RegistrySettings, lookup: (String) -> [IPAddress] = { _ in [] }
  ) -> String {
    let insecure = InsecureRegistries(settings.insecure)
    var text = """
      unqualified-search-registries = []
      short-name-mode = "disabled"

      [[registry]]
      prefix = "\(domain)"
      location = "\(domain)"
      insecure = \(insecure.contains(domain, lookup: lookup))

      """
    guard domain == ImageReference.defaultDomain else { return text }
    for mirror in settings.mirrors.compactMap(RegistryMirror.init) {
      text += """

        [[registry.mirror]]
        location = "\(mirror.location)"
        insecure = \(!mirror.usesTLS || insecure.contains(mirror.location, lookup: lookup))

        """
    }
    return text
  }
}

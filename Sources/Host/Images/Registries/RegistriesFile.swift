import Addressing
import EngineModel

/// What skopeo is told in files, so that nothing of the host's `/etc/containers` counts.
enum RegistriesFile {
  /// Every image is taken: what is wanted is checked by its digest, as Docker does it (containers-policy.json(5)).
  static let policy = #"{"default":[{"type":"insecureAcceptAnything"}]}"#

  /// containers-registries.conf(5) for what is asked of one registry.
  ///
  /// - Parameters:
  ///   - domain: the registry, as in images' names; it has the form of a host with a port, so that nothing in it needs
  ///     quoting.
  ///   - lookup: the addresses of a name.
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

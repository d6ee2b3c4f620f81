/// A volume: named storage that outlives containers.
package struct Volume: Sendable, Hashable {
  package let name: String
  package var driver: String
  package var created: Timestamp
  /// Path on the host.
  package var mountpoint: String
  package var labels: [String: String]
  package var options: [String: String]
  /// Created by a container without a name; `rm -v` removes it with the container.
  package var isAnonymous: Bool

  package init(
    name: String, driver: String = "local", created: Timestamp, mountpoint: String, labels: [String: String] = [:],
    options: [String: String] = [:], isAnonymous: Bool = false
  ) {
    self.name = name
    self.driver = driver
    self.created = created
    self.mountpoint = mountpoint
    self.labels = labels
    self.options = options
    self.isAnonymous = isAnonymous
  }
}

/// A volume: named storage that outlives containers.
public struct Volume: Sendable, Hashable {
  public let name: String
  public var driver: String
  public var created: Timestamp
  /// Path on the host.
  public var mountpoint: String
  public var labels: [String: String]
  public var options: [String: String]
  /// Created by a container without a name; `rm -v` removes it with the container.
  public var isAnonymous: Bool

  public init(
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

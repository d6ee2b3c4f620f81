/// The platform of an image, as image indexes name it.
package struct RequestedPlatform: Sendable, Hashable {
  package var operatingSystem: String
  package var architecture: String
  /// Empty: the best one available.
  package var variant: String

  package init(operatingSystem: String = "linux", architecture: String = Platform.architecture, variant: String = "") {
    self.operatingSystem = operatingSystem
    self.architecture = architecture
    self.variant = variant
  }
}

extension RequestedPlatform: CustomStringConvertible {
  package var description: String {
    [operatingSystem, architecture, variant].filter { !$0.isEmpty }.joined(separator: "/")
  }
}

/// The platform for which an image is wanted, in the words of image indexes.
public struct RequestedPlatform: Sendable, Hashable {
  public var operatingSystem: String
  public var architecture: String
  /// Empty: the best that there is.
  public var variant: String

  public init(operatingSystem: String = "linux", architecture: String = Platform.architecture, variant: String = "") {
    self.operatingSystem = operatingSystem
    self.architecture = architecture
    self.variant = variant
  }

  /// Of an index's manifests, the one that suits best: of 32-bit ARM's variants the newest that is not newer than the
  /// wish.
  func best(of manifests: [OCIDescriptor]) -> OCIDescriptor? {
    let fitting = manifests.filter { descriptor in
      guard let platform = descriptor.platform, descriptor.annotations?[OCIAnnotation.referenceType] == nil else {
        return false
      }
      return platform.os == operatingSystem && platform.architecture == architecture
        && fits(platform.variant ?? "")
    }
    return fitting.enumerated().max { left, right in
      let (a, b) = (rank(left.element), rank(right.element))
      // The first of several that are equally good.
      return a == b ? left.offset > right.offset : a < b
    }?.element
  }

  func fits(_ configuration: ImageConfiguration) -> Bool {
    configuration.operatingSystem == operatingSystem && configuration.architecture == architecture
      && fits(configuration.variant)
  }

  private func fits(_ other: String) -> Bool {
    let (wish, found) = (plain(variant), plain(other))
    if wish.isEmpty || found.isEmpty || wish == found { return true }
    guard architecture == "arm", let wished = number(wish), let there = number(found) else { return false }
    return there <= wished
  }

  private func rank(_ descriptor: OCIDescriptor) -> Int {
    let found = plain(descriptor.platform?.variant ?? "")
    if found == plain(variant) { return 100 }
    return number(found) ?? 0
  }

  /// What every machine of an architecture has needs no name.
  private func plain(_ variant: String) -> String {
    switch (architecture, variant) {
    case ("arm64", "v8"), ("amd64", "v1"): ""
    default: variant
    }
  }

  private func number(_ variant: String) -> Int? { variant.hasPrefix("v") ? Int(variant.dropFirst()) : nil }
}

extension RequestedPlatform: CustomStringConvertible {
  public var description: String {
    [operatingSystem, architecture, variant].filter { !$0.isEmpty }.joined(separator: "/")
  }
}

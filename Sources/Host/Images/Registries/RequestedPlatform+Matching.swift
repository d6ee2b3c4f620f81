import EngineModel

extension RequestedPlatform {
  /// The best match in an index: of 32-bit ARM's variants the newest one that is not newer than the requested one.
  func best(of manifests: [OCIDescriptor]) -> OCIDescriptor? {
    let candidates = manifests.filter { descriptor in
      guard let platform = descriptor.platform, descriptor.annotations?[OCIAnnotation.referenceType] == nil else {
        return false
      }
      return platform.os == operatingSystem && platform.architecture == architecture
        && matches(platform.variant ?? "")
    }
    return candidates.enumerated().max { left, right in
      let (a, b) = (rank(left.element), rank(right.element))
      // Of equal matches the first.
      return a == b ? left.offset > right.offset : a < b
    }?.element
  }

  func matches(_ configuration: ImageConfiguration) -> Bool {
    configuration.operatingSystem == operatingSystem && configuration.architecture == architecture
      && matches(configuration.variant)
  }

  private func matches(_ other: String) -> Bool {
    let (requested, found) = (baseline(variant), baseline(other))
    if requested.isEmpty || found.isEmpty || requested == found { return true }
    guard architecture == "arm", let limit = version(requested), let version = version(found) else { return false }
    return version <= limit
  }

  private func rank(_ descriptor: OCIDescriptor) -> Int {
    let found = baseline(descriptor.platform?.variant ?? "")
    if found == baseline(variant) { return 100 }
    return version(found) ?? 0
  }

  /// Drops the variant that every machine of the architecture supports.
  private func baseline(_ variant: String) -> String {
    switch (architecture, variant) {
    case ("arm64", "v8"), ("amd64", "v1"): ""
    default: variant
    }
  }

  private func version(_ variant: String) -> Int? { variant.hasPrefix("v") ? Int(variant.dropFirst()) : nil }
}

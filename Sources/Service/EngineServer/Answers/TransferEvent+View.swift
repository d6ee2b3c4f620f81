internal import EngineAPI
internal import EngineModel

extension Wire.ProgressMessage {
  init(_ event: TransferEvent) {
    self.init()
    if let pushed = event.pushed {
      progressDetail = Detail()
      aux = Outcome(Tag: pushed.tag, Digest: pushed.digest.description, Size: pushed.size)
      return
    }
    status = event.status
    id = event.id
    guard id != nil else { return }
    // Docker's clients expect it in every line about a layer.
    progressDetail = Detail()
    guard let current = event.current, let total = event.total, total > 0 else { return }
    progressDetail?.current = current
    progressDetail?.total = total
    progress = Self.bar(current, of: total)
  }

  /// A bar of fifty characters, for clients that do not draw one.
  private static func bar(_ current: Int64, of total: Int64) -> String {
    let filled = Int(min(50, current * 50 / total))
    let bar = String(repeating: "=", count: filled) + ">" + String(repeating: " ", count: 50 - filled)
    return "[\(bar)]  \(size(current))/\(size(total))"
  }

  /// A size with four significant digits and a unit, as in Docker.
  private static func size(_ bytes: Int64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    if unit == 0 { return "\(bytes)B" }
    let scale: Double = value < 10 ? 1000 : value < 100 ? 100 : 10
    let rounded = (value * scale).rounded() / scale
    let text = String(rounded)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + units[unit]
  }
}

extension Wire.DistributionInspect {
  init(_ description: DistributionInspection) {
    self.init()
    Descriptor.mediaType = description.mediaType
    Descriptor.digest = description.digest.description
    Descriptor.size = description.size
    Platforms = description.platforms.map { platform in
      var wire = Wire.OCIPlatform()
      wire.os = platform.operatingSystem
      wire.architecture = platform.architecture
      wire.variant = platform.variant.isEmpty ? nil : platform.variant
      return wire
    }
  }
}

extension Wire.SearchResult {
  init(_ result: SearchResult) {
    self.init()
    (name, description) = (result.name, result.description)
    (star_count, is_official) = (result.stars, result.isOfficial)
  }
}

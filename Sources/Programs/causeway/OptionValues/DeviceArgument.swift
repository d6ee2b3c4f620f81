import EngineModel

/// `--device /dev/x[:/dev/y][:rwm]`.
enum DeviceArgument {
  static func parse(_ text: String) throws(UsageError) -> DeviceMapping {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func isMode(_ text: String) -> Bool {
      !text.isEmpty && text.allSatisfy { "rwm".contains($0) } && Set(text).count == text.count
    }
    guard let host = parts.first, !host.isEmpty else { throw .value("invalid device specification: \(text)") }
    switch parts.count {
    case 1: return DeviceMapping(pathOnHost: host, pathInContainer: host, permissions: "rwm")
    case 2 where isMode(parts[1]):
      return DeviceMapping(pathOnHost: host, pathInContainer: host, permissions: parts[1])
    case 2: return DeviceMapping(pathOnHost: host, pathInContainer: parts[1], permissions: "rwm")
    case 3:
      guard isMode(parts[2]) else { throw .value("invalid device mode: \(parts[2])") }
      return DeviceMapping(pathOnHost: host, pathInContainer: parts[1], permissions: parts[2])
    default: throw .value("invalid device specification: \(text)")
    }
  }
}

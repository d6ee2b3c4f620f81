import Glibc

/// Spans of time and sizes in the words of docker/go-units, which people's eyes and scripts know.
enum HumanText {
  /// `2 minutes`, `About an hour`, `3 weeks`.
  static func duration(seconds: Int64) -> String {
    let minutes = seconds / 60
    let hours = Int64((Double(seconds) / 3600 + 0.5).rounded(.down))
    switch true {
    case seconds < 1: return "Less than a second"
    case seconds == 1: return "1 second"
    case seconds < 60: return "\(seconds) seconds"
    case minutes == 1: return "About a minute"
    case minutes < 60: return "\(minutes) minutes"
    case hours == 1: return "About an hour"
    case hours < 48: return "\(hours) hours"
    case hours < 24 * 7 * 2: return "\(hours / 24) days"
    case hours < 24 * 30 * 2: return "\(hours / 24 / 7) weeks"
    case hours < 24 * 365 * 2: return "\(hours / 24 / 30) months"
    default: return "\(hours / 24 / 365) years"
    }
  }

  /// Powers of 1000 with so many significant digits: `4.26MB`.
  static func size(_ bytes: Int64, digits: Int32 = 3) -> String {
    scaled(Double(bytes), by: 1000, digits, ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"])
  }

  /// Powers of 1024 with four significant digits: `23.47GiB`.
  static func binarySize(_ bytes: Int64) -> String {
    scaled(Double(bytes), by: 1024, 4, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"])
  }

  private static func scaled(_ value: Double, by base: Double, _ digits: Int32, _ units: [String]) -> String {
    var value = value
    var index = 0
    while value >= base, index < units.count - 1 {
      value /= base
      index += 1
    }
    return significant(value, digits) + units[index]
  }

  /// C's `%.*g`, which Go's means too.
  private static func significant(_ value: Double, _ digits: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 40)
    let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

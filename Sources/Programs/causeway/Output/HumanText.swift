import Glibc

/// Formats sizes like docker/go-units.
enum HumanText {
  /// Powers of 1000 with this number of significant digits: `4.26MB`.
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

  /// C's `%.*g`, which Go's formatting equals.
  private static func significant(_ value: Double, _ digits: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 40)
    let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

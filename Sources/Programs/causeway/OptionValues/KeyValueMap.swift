import EngineAPI

/// Repeated `key=value` options as a map. A key without `=` has an empty value.
enum KeyValueMap {
  static func parse(_ values: [String]) -> [String: String] {
    var map: [String: String] = [:]
    for value in values {
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      map[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    return map
  }

  /// As ``parse(_:)``, but throws for a value without `=` (`--log-opt`, `--opt`, `--sysctl`).
  static func pairs(_ values: [String], option: String) throws(UsageError) -> [String: String] {
    for value in values where !value.contains("=") {
      throw .grammar("invalid argument \(value.quoted) for \(option.quoted) flag: bad format for key=value: \(value)")
    }
    return parse(values)
  }
}

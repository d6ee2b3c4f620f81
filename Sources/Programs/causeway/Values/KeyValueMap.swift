/// Repeated `key=value` options as a map; a key alone has the empty value.
enum KeyValueMap {
  static func parse(_ values: [String]) -> [String: String] {
    var map: [String: String] = [:]
    for value in values {
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      map[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    return map
  }

  /// As ``parse(_:)``, but a value that is not a pair is refused (`--log-opt`, `--opt`, `--sysctl`).
  static func pairs(_ values: [String], option: String) throws(UsageError) -> [String: String] {
    for value in values where !value.contains("=") {
      throw .grammar("invalid argument \(quoted(value)) for \(quoted(option)) flag: bad format for key=value: \(value)")
    }
    return parse(values)
  }
}

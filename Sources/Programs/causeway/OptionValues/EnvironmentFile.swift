import EngineAPI

/// Parses files of `NAME=value` lines (`--env-file`, `--label-file`). Empty lines and lines that start with `#` are
/// skipped. A name without a value takes it from the caller's environment, or is left out.
enum EnvironmentFile {
  /// - Throws: ``UsageError`` of kind `value` for a line without a name, or a name with white space.
  static func parse(_ text: String, file: String, environment: (String) -> String?) throws(UsageError) -> [String] {
    var entries: [String] = []
    for rawLine in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
      var line = rawLine.drop { $0 == " " || $0 == "\t" }
      if line.first == "\u{FEFF}" { line = line.dropFirst() }
      guard let first = line.first, first != "#" else { continue }
      let equals = line.firstIndex(of: "=")
      let name = equals.map { line[..<$0] } ?? line
      guard !name.isEmpty else {
        throw .value("invalid environment file: \(file): no variable name on line '\(line)'")
      }
      guard !name.contains(where: { $0 == " " || $0 == "\t" }) else {
        throw .value("invalid environment file: \(file): variable '\(name)' contains whitespaces")
      }
      if equals != nil {
        entries.append(String(line))
      } else if let value = environment(String(name)) {
        entries.append("\(name)=\(value)")
      }
    }
    return entries
  }

  /// Parses values of `-e`. A name without a value takes it from the caller's environment, or stays a name.
  static func variables(_ values: [String], environment: (String) -> String?) throws(UsageError) -> [String] {
    var entries: [String] = []
    for value in values {
      guard !value.isEmpty, value.first != "=" else {
        throw .grammar(
          "invalid argument \(value.quoted) for \"-e, --env\" flag: invalid environment variable: \(value)")
      }
      if value.contains("=") {
        entries.append(value)
      } else if let found = environment(value) {
        entries.append("\(value)=\(found)")
      } else {
        entries.append(value)
      }
    }
    return entries
  }
}

/// A file of `NAME=value` lines (`--env-file`, `--label-file`). Lines that begin with `#` and empty ones are passed over;
/// a name alone takes its value from the caller's environment, and is left out where there is none.
enum EnvironmentFile {
  /// - Throws: ``UsageError`` of kind `value` for a name with white space in it or no name at all.
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

  /// The values of `-e`: a name alone takes its value from the caller's environment, and stays a name where there is none.
  static func variables(_ values: [String], environment: (String) -> String?) throws(UsageError) -> [String] {
    var entries: [String] = []
    for value in values {
      guard !value.isEmpty, value.first != "=" else {
        throw .grammar(
          "invalid argument \(quoted(value)) for \"-e, --env\" flag: invalid environment variable: \(value)")
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

/// One value of `-v`: a path in the container alone, which becomes an anonymous volume, or
/// `source:target[:options]`, where the source is a path or a volume's name.
enum VolumeSpecification: Hashable, Sendable {
  case anonymous(String)
  /// As it goes into `HostConfig.Binds`.
  case bind(String)

  /// - Parameter workingDirectory: what a source such as `./data` is relative to, as Docker's command line has it.
  init(_ text: String, workingDirectory: String) throws(UsageError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1:
      guard !text.isEmpty else { throw .value("invalid empty volume spec") }
      self = .anonymous(text)
    case 2, 3:
      guard !parts[0].isEmpty, !parts[1].isEmpty else { throw .value("invalid volume specification: '\(text)'") }
      let source = Self.absolute(parts[0], workingDirectory)
      self = .bind(([source] + parts.dropFirst()).joined(separator: ":"))
    default:
      // The engine has the last word, and Docker's message for it.
      self = .bind(text)
    }
  }

  /// `./data`, `../data`, `.` and `~` are paths; other words without a leading slash are volumes' names.
  static func absolute(_ source: String, _ workingDirectory: String) -> String {
    guard source.hasPrefix(".") else { return source }
    var components = workingDirectory.split(separator: "/")
    for component in source.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": _ = components.popLast()
      default: components.append(component)
      }
    }
    return "/" + components.joined(separator: "/")
  }
}

import Compose

/// One value of `-v`: `source:target[:options]`, where the source is a path or a volume's name; or only a path in the
/// container, which becomes an anonymous volume.
enum VolumeArgument: Hashable, Sendable {
  case anonymous(String)
  /// The text for `HostConfig.Binds`.
  case bind(String)

  /// - Parameter workingDirectory: the folder that a source such as `./data` is relative to. Docker's command line does
  ///   the same.
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
      // The engine rejects it with Docker's message.
      self = .bind(text)
    }
  }

  /// Makes `./data`, `../data` and `.` absolute. Other words without a leading slash are volume names.
  static func absolute(_ source: String, _ workingDirectory: String) -> String {
    source.hasPrefix(".") ? PathText.absolute(source, in: workingDirectory, home: nil) : source
  }
}

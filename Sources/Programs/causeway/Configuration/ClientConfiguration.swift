import JSON
import EngineAPI

/// Docker's client configuration, `~/.docker/config.json`. Docker's command line uses the same file, so unknown members
/// are preserved.
struct ClientConfiguration: Sendable {
  /// The configuration folder. It also holds the contexts.
  let folder: String
  private var value: JSONValue

  var path: String { "\(folder)/config.json" }

  /// The first of `--config`, `DOCKER_CONFIG` and `~/.docker`.
  static func folder(option: String?, environment: (String) -> String?) -> String {
    for text in [option, environment("DOCKER_CONFIG")] {
      if let text, !text.isEmpty { return text }
    }
    return "\(environment("HOME") ?? "/root")/.docker"
  }

  /// Reads the file. A missing file counts as an empty configuration.
  ///
  /// - Throws: ``CommandFailure`` when the file cannot be read.
  init(folder: String) throws(CommandFailure) {
    self.folder = folder
    value = .object([])
    guard LocalFile.exists("\(folder)/config.json") else { return }
    let bytes = try LocalFile.read("\(folder)/config.json")
    do {
      value = try JSONParser.parse(bytes)
    } catch {
      throw CommandFailure("Error loading config file: \(folder)/config.json: \(error)")
    }
  }

  func text(_ name: String) -> String? { value[name]?.text.flatMap { $0.isEmpty ? nil : $0 } }

  subscript(name: String) -> JSONValue? {
    get { value[name] }
    set {
      var members = value.members.filter { $0.name != name }
      if let newValue { members.append(JSONMember(name, newValue)) }
      value = .object(members)
    }
  }

  /// Replaces the file. Only its owner can read it.
  func save() throws(CommandFailure) {
    try LocalFile.makeFolder(folder, mode: 0o700)
    try LocalFile.write(Array(value.indentedText(by: "\t").utf8), to: path)
  }
}

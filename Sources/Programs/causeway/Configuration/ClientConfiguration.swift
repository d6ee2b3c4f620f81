import JSON
import EngineAPI

/// Docker's own file of the client's settings, `~/.docker/config.json`: shared with Docker's command line, so what is not
/// known here stays in it.
struct ClientConfiguration: Sendable {
  /// The folder, in which the contexts are too.
  let folder: String
  private var value: JSONValue

  var path: String { "\(folder)/config.json" }

  /// `--config` before `DOCKER_CONFIG` before `~/.docker`.
  static func folder(option: String?, environment: (String) -> String?) -> String {
    for text in [option, environment("DOCKER_CONFIG")] {
      if let text, !text.isEmpty { return text }
    }
    return "\(environment("HOME") ?? "/root")/.docker"
  }

  /// A file that is not there is an empty one.
  ///
  /// - Throws: ``CommandFailure`` for one that cannot be read.
  init(folder: String) throws(CommandFailure) {
    self.folder = folder
    value = .object([])
    guard SmallFile.exists("\(folder)/config.json") else { return }
    let bytes = try SmallFile.read("\(folder)/config.json")
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

  /// Writes the file anew, readable by its owner only.
  func save() throws(CommandFailure) {
    try SmallFile.makeFolder(folder, mode: 0o700)
    try SmallFile.write(Array(value.indentedText(by: "\t").utf8), to: path)
  }
}

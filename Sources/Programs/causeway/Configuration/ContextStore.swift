import JSON
import EngineAPI
import EngineClient
import EngineModel
import Glibc

/// Where engines are, by name: Docker's own store, `~/.docker/contexts`, in which a context has a file and, for TLS, a
/// folder, both named by the SHA-256 of its name.
struct ContextStore {
  static let standard = "default"

  let folder: String

  init(configuration folder: String) { self.folder = "\(folder)/contexts" }

  func metadataFolder(_ name: String) -> String { "\(folder)/meta/\(SHA256.hexadecimal(Array(name.utf8)))" }
  func tlsFolder(_ name: String) -> String { "\(folder)/tls/\(SHA256.hexadecimal(Array(name.utf8)))" }

  /// All that are kept, by name.
  func all() throws -> [EngineContext] {
    try SmallFile.names(in: "\(folder)/meta")
      .map { "\(folder)/meta/\($0)/meta.json" }.filter(SmallFile.exists)
      .map { EngineContext(try JSONParser.parse(try SmallFile.read($0))) }
      .sorted { $0.name < $1.name }
  }

  /// - Throws: ``CommandFailure`` in Docker's words when there is none of that name.
  func context(_ name: String) throws -> EngineContext {
    let path = "\(metadataFolder(name))/meta.json"
    guard SmallFile.exists(path) else {
      throw CommandFailure("context \(quoted(name)): context not found: open \(path): no such file or directory")
    }
    return EngineContext(try JSONParser.parse(try SmallFile.read(path)))
  }

  func exists(_ name: String) -> Bool { SmallFile.exists("\(metadataFolder(name))/meta.json") }

  func save(_ context: EngineContext) throws {
    try SmallFile.makeFolder(metadataFolder(context.name))
    try SmallFile.write(
      JSONWriter.bytes(context.metadata), to: "\(metadataFolder(context.name))/meta.json", mode: 0o644)
  }

  /// Replaces the files of the endpoint's TLS; none are removed for an empty list.
  func saveTLS(_ name: String, _ files: [(name: String, bytes: [UInt8])]) throws {
    SmallFile.removeTree(tlsFolder(name))
    guard !files.isEmpty else { return }
    let folder = "\(tlsFolder(name))/docker"
    try SmallFile.makeFolder(folder, mode: 0o700)
    for file in files { try SmallFile.write(file.bytes, to: "\(folder)/\(file.name)") }
  }

  /// The names of the TLS files of the endpoint.
  func tlsFiles(_ name: String) -> [String] { SmallFile.names(in: "\(tlsFolder(name))/docker") }

  func remove(_ name: String) {
    SmallFile.removeTree(metadataFolder(name))
    SmallFile.removeTree(tlsFolder(name))
  }

  /// - Throws: ``UsageError`` for a name that cannot be one.
  static func check(_ name: String) throws(UsageError) {
    guard !name.isEmpty else { throw .value("context name cannot be empty") }
    guard name != standard else { throw .value(#""default" is a reserved context name"#) }
    func isLetterOrDigit(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber)
    }
    guard let first = name.first, isLetterOrDigit(first), name.count > 1,
      name.allSatisfy({ isLetterOrDigit($0) || "_.+-".contains($0) })
    else {
      throw .value(
        "context name \(quoted(name)) is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"")
    }
  }
}

/// One context as its file has it.
struct EngineContext: Sendable {
  var name: String
  var description: String
  var host: String
  var skipsVerification: Bool
  /// The rest of its metadata, of which nothing is known here.
  private let others: [JSONMember]
  private let otherEndpoints: [JSONMember]

  init(name: String, description: String = "", host: String, skipsVerification: Bool = false) {
    self.name = name
    self.description = description
    self.host = host
    self.skipsVerification = skipsVerification
    others = []
    otherEndpoints = []
  }

  init(_ value: JSONValue) {
    let metadata = value["Metadata"] ?? .null
    let endpoint = value["Endpoints"]?["docker"] ?? .null
    name = value["Name"]?.text ?? ""
    description = metadata["Description"]?.text ?? ""
    host = endpoint["Host"]?.text ?? ""
    skipsVerification = endpoint["SkipTLSVerify"] == .bool(true)
    others = metadata.members.filter { $0.name != "Description" }
    otherEndpoints = (value["Endpoints"] ?? .null).members.filter { $0.name != "docker" }
  }

  var metadata: JSONValue {
    .object([
      JSONMember("Name", .string(name)),
      JSONMember(
        "Metadata",
        .object((description.isEmpty ? [] : [JSONMember("Description", .string(description))]) + others)),
      JSONMember("Endpoints", endpoints),
    ])
  }

  var endpoints: JSONValue {
    let endpoint = JSONValue.object([
      JSONMember("Host", .string(host)), JSONMember("SkipTLSVerify", .bool(skipsVerification)),
    ])
    return .object(otherEndpoints + [JSONMember("docker", endpoint)])
  }
}

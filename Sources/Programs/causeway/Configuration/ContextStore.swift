import Hashing
import JSON
import EngineAPI

/// Docker's context store, `~/.docker/contexts`. Each context has a metadata file and, for TLS, a folder; the SHA-256
/// of the context's name identifies both.
struct ContextStore {
  static let defaultName = "default"

  let folder: String

  init(configuration folder: String) { self.folder = "\(folder)/contexts" }

  func metadataFolder(_ name: String) -> String { "\(folder)/meta/\(SHA256.hexadecimal(Array(name.utf8)))" }
  func tlsFolder(_ name: String) -> String { "\(folder)/tls/\(SHA256.hexadecimal(Array(name.utf8)))" }

  /// All stored contexts, sorted by name.
  func all() throws -> [EngineContext] {
    try LocalFile.names(in: "\(folder)/meta")
      .map { "\(folder)/meta/\($0)/meta.json" }.filter(LocalFile.exists)
      .map { EngineContext(try JSONParser.parse(try LocalFile.read($0))) }
      .sorted { $0.name < $1.name }
  }

  /// - Throws: ``CommandFailure`` with Docker's message when the context does not exist.
  func context(_ name: String) throws -> EngineContext {
    let path = "\(metadataFolder(name))/meta.json"
    guard LocalFile.exists(path) else {
      throw CommandFailure("context \(name.quoted): context not found: open \(path): no such file or directory")
    }
    return EngineContext(try JSONParser.parse(try LocalFile.read(path)))
  }

  func exists(_ name: String) -> Bool { LocalFile.exists("\(metadataFolder(name))/meta.json") }

  func save(_ context: EngineContext) throws {
    try LocalFile.makeFolder(metadataFolder(context.name))
    try LocalFile.write(
      JSONWriter.bytes(context.metadata), to: "\(metadataFolder(context.name))/meta.json", mode: 0o644)
  }

  /// Replaces the TLS files of the endpoint. An empty list removes them.
  func saveTLS(_ name: String, _ files: [(name: String, bytes: [UInt8])]) throws {
    LocalFile.removeTree(tlsFolder(name))
    guard !files.isEmpty else { return }
    let folder = "\(tlsFolder(name))/docker"
    try LocalFile.makeFolder(folder, mode: 0o700)
    for file in files { try LocalFile.write(file.bytes, to: "\(folder)/\(file.name)") }
  }

  /// The names of the endpoint's TLS files.
  func tlsFiles(_ name: String) -> [String] { LocalFile.names(in: "\(tlsFolder(name))/docker") }

  func remove(_ name: String) {
    LocalFile.removeTree(metadataFolder(name))
    LocalFile.removeTree(tlsFolder(name))
  }

  /// - Throws: ``UsageError`` for an invalid context name.
  static func check(_ name: String) throws(UsageError) {
    guard !name.isEmpty else { throw .value("context name cannot be empty") }
    guard name != defaultName else { throw .value(#""default" is a reserved context name"#) }
    func isLetterOrDigit(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber)
    }
    guard let first = name.first, isLetterOrDigit(first), name.count > 1,
      name.allSatisfy({ isLetterOrDigit($0) || "_.+-".contains($0) })
    else {
      throw .value(
        "context name \(name.quoted) is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"")
    }
  }
}

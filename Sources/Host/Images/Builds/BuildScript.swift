import EngineModel

/// What buildah is given: a Dockerfile, and beside it the files that stood in ours as here-documents, which buildah of
/// Debian 12 does not know. They lie in a context of their own, each in a folder named by what is in it, so that a
/// changed file is a changed instruction for the cache.
struct BuildScript: Sendable, Hashable {
  /// The name of that context.
  static let context = "causeway-here"

  var text = ""
  /// By their paths in the context.
  var files: [String: [UInt8]] = [:]
  /// Those that are programs.
  var programs: Set<String> = []

  private mutating func add(_ name: String, _ content: String) -> String {
    let bytes = Array(content.utf8)
    let path = "\(Digest.of(bytes).hex.prefix(24))/\(name)"
    files[path] = bytes
    return path
  }

  /// `RUN` with here-documents, in the exec form.
  mutating func run(_ instruction: DockerfileInstruction, _ script: String, shell: [String]) throws(EngineError)
    -> String
  {
    var changed = instruction
    let words: [String]
    if script.hasPrefix("#!"), let document = instruction.documents.first, HereDocument(word: instruction.rest) != nil {
      // A program that says itself what runs it. It is where BuildKit has it.
      guard document.isFileName else { throw Self.badName(instruction, document) }
      let path = add(document.name, script)
      programs.insert(path)
      let target = "/dev/pipes/\(document.name)"
      changed.flags.append("--mount=type=bind,from=\(Self.context),source=/\(path),target=\(target)")
      words = [target]
    } else {
      words = shell + [script]
    }
    let command = String(decoding: try CanonicalJSON.encode(words), as: UTF8.self)
    return (["RUN"] + changed.flags + [command]).joined(separator: " ")
  }

  /// `COPY` or `ADD` whose sources are here-documents.
  ///
  /// - Parameter expand: puts variables' values in.
  mutating func copy(
    _ instruction: DockerfileInstruction, expand: (String) throws(EngineError) -> String
  ) throws(EngineError) -> String {
    let words = InstructionWords.raw(instruction.rest)
    let target = words.last ?? ""
    guard HereDocument(word: target) == nil else {
      throw instruction.fault("found no destination after the here-document, expected a path", at: target)
    }
    if let other = words.dropLast().first(where: { HereDocument(word: $0) == nil }) {
      throw instruction.fault(
        "found \"\(other)\" beside a here-document, expected here-documents alone: write two instructions", at: other)
    }
    if let flag = instruction.flags.first(where: { $0.hasPrefix("--from=") }) {
      throw instruction.fault("found --from with a here-document, which comes from the Dockerfile itself", at: flag)
    }
    var sources: [String] = []
    for document in instruction.documents {
      guard document.isFileName else { throw Self.badName(instruction, document) }
      sources.append("/" + add(document.name, document.expands ? try expand(document.text) : document.text))
    }
    return (["COPY", "--from=\(Self.context)"] + instruction.flags + sources + [target]).joined(separator: " ")
  }

  private static func badName(_ instruction: DockerfileInstruction, _ document: HereDocument) -> EngineError {
    instruction.fault(
      "found \"\(document.name)\" as the name of a here-document that becomes a file, expected letters, digits, dots, "
        + "dashes and underscores", at: document.name)
  }
}

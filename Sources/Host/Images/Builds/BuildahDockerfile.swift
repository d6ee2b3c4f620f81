import EngineModel

/// A Dockerfile for buildah, and the here-documents of the original as files, because buildah 1.28 (Debian 12) does not
/// support here-documents. The files are in an additional build context. Each file's folder is named by a digest of its
/// content, so that a changed file changes the instruction, which invalidates the cache.
struct BuildahDockerfile: Sendable, Hashable {
  /// The name of the additional build context.
  static let context = "causeway-here"

  var text = ""
  /// Contents by path in that context.
  var files: [String: [UInt8]] = [:]
  /// Paths of the executable files.
  var programs: Set<String> = []

  private mutating func add(_ name: String, _ content: String) -> String {
    let bytes = Array(content.utf8)
    let path = "\(Digest.of(bytes).hex.prefix(24))/\(name)"
    files[path] = bytes
    return path
  }

  /// Translates a `RUN` with here-documents to the exec form.
  mutating func run(_ instruction: DockerfileInstruction, _ script: String, shell: [String]) throws(EngineError)
    -> String
  {
    var changed = instruction
    let arguments: [String]
    if script.hasPrefix("#!"), let document = instruction.documents.first,
      HereDocument(argument: instruction.rest) != nil
    {
      // The here-document names its own interpreter. It gets the same path as in BuildKit.
      guard document.isFileName else { throw Self.badName(instruction, document) }
      let path = add(document.name, script)
      programs.insert(path)
      let target = "/dev/pipes/\(document.name)"
      changed.flags.append("--mount=type=bind,from=\(Self.context),source=/\(path),target=\(target)")
      arguments = [target]
    } else {
      arguments = shell + [script]
    }
    let command = String(decoding: try CanonicalJSON.encode(arguments), as: UTF8.self)
    return (["RUN"] + changed.flags + [command]).joined(separator: " ")
  }

  /// Translates a `COPY` or `ADD` whose sources are here-documents.
  ///
  /// - Parameter expand: expands variables.
  mutating func copy(
    _ instruction: DockerfileInstruction, expand: (String) throws(EngineError) -> String
  ) throws(EngineError) -> String {
    let arguments = InstructionArguments.quoted(instruction.rest)
    let target = arguments.last ?? ""
    guard HereDocument(argument: target) == nil else {
      throw instruction.parseError("found no destination after the here-document, expected a path", at: target)
    }
    if let other = arguments.dropLast().first(where: { HereDocument(argument: $0) == nil }) {
      throw instruction.parseError(
        "found \"\(other)\" beside a here-document, expected here-documents alone: write two instructions", at: other)
    }
    if let flag = instruction.flags.first(where: { $0.hasPrefix("--from=") }) {
      throw instruction.parseError(
        "found --from with a here-document, which comes from the Dockerfile itself", at: flag)
    }
    var sources: [String] = []
    for document in instruction.documents {
      guard document.isFileName else { throw Self.badName(instruction, document) }
      sources.append("/" + add(document.name, document.expands ? try expand(document.text) : document.text))
    }
    return (["COPY", "--from=\(Self.context)"] + instruction.flags + sources + [target]).joined(separator: " ")
  }

  private static func badName(_ instruction: DockerfileInstruction, _ document: HereDocument) -> EngineError {
    instruction.parseError(
      "found \"\(document.name)\" as the name of a here-document that becomes a file, expected letters, digits, dots, "
        + "dashes and underscores", at: document.name)
  }
}

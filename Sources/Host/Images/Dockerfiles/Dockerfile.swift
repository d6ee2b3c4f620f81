import EngineModel

/// A parsed and validated Dockerfile. It reports every error that is visible before the build, in Docker's words, with
/// the line.
struct Dockerfile: Sendable {
  struct Stage: Sendable {
    let from: DockerfileInstruction
    /// As written, before expansion of variables.
    let base: String
    /// In lower case.
    let name: String?
    var instructions: [DockerfileInstruction] = []
  }

  let escape: Character
  /// `ARG`s before the first `FROM`.
  private(set) var arguments: [DockerfileInstruction] = []
  private(set) var stages: [Stage] = []

  /// - Parameter name: the file's name in messages.
  /// - Throws: `invalidParameter`.
  init(_ bytes: [UInt8], name: String) throws(EngineError) {
    guard !bytes.isEmpty else {
      throw EngineError(.invalidParameter, "the Dockerfile (\(name)) cannot be empty")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw EngineError(.invalidParameter, "failed to parse \(name): it is not UTF-8 text")
    }
    let lines = try DockerfileParser(text, name: name)
    guard !lines.instructions.isEmpty else {
      throw EngineError(
        .invalidParameter, "\(name):1:1: failed to parse \(name): file with no instructions, expected FROM")
    }
    escape = lines.escape
    for instruction in lines.instructions { try add(instruction) }
    guard !stages.isEmpty else {
      throw (arguments.last ?? lines.instructions[0]).parseError(
        "no build stage in current context: expected FROM after it")
    }
  }

  private mutating func add(_ instruction: DockerfileInstruction) throws(EngineError) {
    try InstructionValidator.validate(instruction, escape: escape)
    if instruction.keyword == "FROM" { return stages.append(try Self.stage(instruction)) }
    if stages.isEmpty {
      guard instruction.keyword == "ARG" else {
        throw instruction.parseError(
          "no build stage in current context: found \(instruction.keyword), expected FROM before it")
      }
      return arguments.append(instruction)
    }
    stages[stages.count - 1].instructions.append(instruction)
  }

  private static func stage(_ instruction: DockerfileInstruction) throws(EngineError) -> Stage {
    let arguments = instruction.arguments
    guard arguments.count == 1 || arguments.count == 3 && arguments[1].lowercased() == "as" else {
      throw instruction.parseError("FROM requires either one or three arguments")
    }
    guard arguments.count == 3 else { return Stage(from: instruction, base: arguments[0], name: nil) }
    let name = arguments[2].lowercased()
    let isValidName =
      name.first?.isLetter == true
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || "-_.".utf8.contains(byte)
      }
    guard isValidName else {
      throw instruction.parseError(
        "invalid name for build stage: \"\(arguments[2])\", name can't start with a number or contain symbols",
        at: arguments[2]
      )
    }
    return Stage(from: instruction, base: arguments[0], name: name)
  }

  /// Finds a stage by name or number.
  ///
  /// - Parameter end: only stages with a lower number count.
  func stage(_ reference: String, before end: Int) -> Int? {
    if let number = Int(reference) { return stages.indices.contains(number) && number < end ? number : nil }
    return stages[..<end].lastIndex { $0.name == reference.lowercased() }
  }
}

import EngineModel

extension BuildPlan {
  /// The values of variables before one instruction. Needed only for text that buildah does not expand itself, such as
  /// here-documents.
  ///
  /// - Parameters:
  ///   - stage: index in ``stages``.
  ///   - end: the number of its instructions to evaluate.
  func variables(stage: Int, before end: Int, bases: [String: StoredImage]) throws(EngineError) -> DockerfileVariables {
    var environment = try self.environment(ofBase: stages[stage].stage.base, bases)
    var arguments: [String: String] = [:]
    var known: DockerfileVariables {
      var variables = DockerfileVariables(escape: globals.escape)
      variables.values = arguments.merging(environment) { $1 }
      return variables
    }
    for instruction in stages[stage].stage.instructions.prefix(end) {
      switch instruction.keyword {
      case "ENV":
        let before = known
        for (name, value) in Self.assignments(instruction.rest) {
          environment[name] = try Self.expand(value, before, instruction)
        }
      case "ARG":
        for (name, fallback) in Self.declared(instruction) {
          if let value = values[name] {
            arguments[name] = value
          } else if let fallback {
            arguments[name] = try Self.expand(fallback, known, instruction)
          } else {
            arguments[name] = globals.values[name]
          }
        }
      default: break
      }
    }
    return known
  }

  private func environment(ofBase base: Base, _ bases: [String: StoredImage]) throws(EngineError) -> [String: String] {
    switch base {
    case .scratch: return [:]
    case .image(let name):
      let pairs = (bases[name]?.configuration.container.environment ?? []).map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count == 2 ? parts[1] : "")
      }
      return Dictionary(pairs) { $1 }
    case .stage(let number):
      guard let stage = stages.firstIndex(where: { $0.number == number }) else { return [:] }
      var environment = try self.environment(ofBase: stages[stage].stage.base, bases)
      let instructions = stages[stage].stage.instructions
      for (index, instruction) in instructions.enumerated() where instruction.keyword == "ENV" {
        let before = try variables(stage: stage, before: index, bases: bases)
        for (name, value) in Self.assignments(instruction.rest) {
          environment[name] = try Self.expand(value, before, instruction)
        }
      }
      return environment
    }
  }

  /// `NAME=value` pairs, or the old form `NAME value with blanks`; quotes and variables stay unexpanded.
  private static func assignments(_ text: String) -> [(name: String, value: String)] {
    let arguments = InstructionArguments.quoted(text)
    guard let first = arguments.first else { return [] }
    guard first.contains("=") else {
      return [(first, String(text.dropFirst(first.count).drop { $0 == " " || $0 == "\t" }))]
    }
    return arguments.compactMap { argument in
      guard let equals = argument.firstIndex(of: "=") else { return nil }
      return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
  }
}

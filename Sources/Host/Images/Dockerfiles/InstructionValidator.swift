import EngineModel

/// Finds errors in one instruction that do not depend on other instructions.
enum InstructionValidator {
  private static let flags: [String: Set<String>] = [
    "FROM": ["platform"], "RUN": ["mount"], "COPY": ["from", "chown", "chmod"], "ADD": ["chown", "chmod"],
    "HEALTHCHECK": ["interval", "timeout", "start-period", "start-interval", "retries"],
  ]

  /// Flags that only BuildKit supports.
  private static let buildKitFlags: [String: Set<String>] = [
    "RUN": ["network", "security", "device"], "COPY": ["link", "parents", "exclude"],
    "ADD": ["link", "checksum", "keep-git-dir", "unpack", "exclude"],
  ]

  static let keywords: Set<String> = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  static func validate(_ instruction: DockerfileInstruction, escape: Character) throws(EngineError) {
    let keyword = instruction.keyword
    guard keywords.contains(keyword) else {
      throw instruction.parseError(
        "unknown instruction: \(keyword), expected one of \(keywords.sorted().joined(separator: ", "))")
    }
    for flag in instruction.flags {
      let name = String(flag.dropFirst(2).prefix { $0 != "=" })
      if buildKitFlags[keyword]?.contains(name) == true {
        throw instruction.parseError(
          "the --\(name) option of \(keyword) requires BuildKit, which this engine does not have", at: flag)
      }
      guard let known = flags[keyword], known.contains(name) else {
        let expected = flags[keyword].map { ", expected \($0.sorted().map { "--\($0)" }.joined(separator: ", "))" }
        throw instruction.parseError("unknown flag: \(name)\(expected ?? "; \(keyword) has none")", at: flag)
      }
      guard flag.contains("=") else {
        throw instruction.parseError("missing a value on flag: \(name), expected --\(name)=value", at: flag)
      }
      // One with a variable is checked when its value is known.
      if name == "mount", !flag.contains("$") { _ = try RunMount(flag, of: instruction) }
    }
    try checkArguments(instruction)
  }

  private static func checkArguments(_ instruction: DockerfileInstruction) throws(EngineError) {
    let (keyword, rest) = (instruction.keyword, instruction.rest)
    if keyword == "ONBUILD", !instruction.documents.isEmpty {
      throw instruction.parseError("here-documents of ONBUILD are not implemented: write the command out", at: "<<")
    }
    switch keyword {
    case "WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER":
      guard !rest.isEmpty else { throw instruction.parseError("\(keyword) requires exactly one argument") }
    case "FROM":
      guard !rest.isEmpty else { throw instruction.parseError("FROM requires either one or three arguments") }
    case "EXPOSE", "VOLUME", "RUN", "HEALTHCHECK", "ONBUILD", "ARG":
      guard !rest.isEmpty else { throw instruction.parseError("\(keyword) requires at least one argument") }
    case "COPY", "ADD":
      let arguments = InstructionArguments.list(rest)
      guard !arguments.isEmpty else { throw instruction.parseError("\(keyword) requires at least two arguments") }
      guard arguments.count > 1 else {
        throw instruction.parseError(
          "\(keyword) requires at least two arguments, but only one was provided. Destination could not be determined.")
      }
    case "ENV", "LABEL": try checkPairs(instruction)
    case "SHELL":
      guard let arguments = InstructionArguments.execForm(rest) else {
        throw instruction.parseError("SHELL requires the arguments to be in JSON form")
      }
      guard !arguments.isEmpty else { throw instruction.parseError("SHELL requires at least one argument") }
    default: break
    }
    if keyword == "ONBUILD" { try checkTrigger(instruction) }
    if keyword == "HEALTHCHECK" { try checkHealth(instruction) }
    if keyword == "ARG" {
      for argument in instruction.arguments where argument.hasPrefix("=") {
        throw instruction.parseError("ARG names can not be blank")
      }
    }
  }

  private static func checkPairs(_ instruction: DockerfileInstruction) throws(EngineError) {
    do throws(EngineError) {
      _ = try InstructionArguments.pairs(instruction.keyword, instruction.rest)
    } catch {
      throw instruction.parseError(error.message)
    }
  }

  private static func checkTrigger(_ instruction: DockerfileInstruction) throws(EngineError) {
    var trigger = DockerfileInstruction(line: instruction.line, text: instruction.rest)
    trigger.file = instruction.file
    switch trigger.keyword {
    case "ONBUILD": throw instruction.parseError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    case "FROM", "MAINTAINER": throw instruction.parseError("\(trigger.keyword) isn't allowed as an ONBUILD trigger")
    default: try validate(trigger, escape: "\\")
    }
  }

  private static func checkHealth(_ instruction: DockerfileInstruction) throws(EngineError) {
    let arguments = instruction.arguments
    switch arguments[0].uppercased() {
    case "NONE":
      guard arguments.count == 1 else { throw instruction.parseError("HEALTHCHECK NONE takes no arguments") }
    case "CMD":
      guard arguments.count > 1 else { throw instruction.parseError("Missing command after HEALTHCHECK CMD") }
    default: throw instruction.parseError("Unknown type \"\(arguments[0].uppercased())\" in HEALTHCHECK (try CMD)")
    }
  }
}

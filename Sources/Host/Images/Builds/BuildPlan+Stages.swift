import EngineModel

extension BuildPlan {
  /// The variables before the first `FROM`. `FROM` itself sees only these.
  static func variables(_ file: Dockerfile, _ values: [String: String]) throws(EngineError)
    -> DockerfileVariables
  {
    var variables = DockerfileVariables()
    variables.escape = file.escape
    let parts = ["BUILD", "TARGET"]
    for part in parts {
      variables.values["\(part)OS"] = "linux"
      variables.values["\(part)ARCH"] = Platform.architecture
      variables.values["\(part)PLATFORM"] = "linux/\(Platform.architecture)"
    }
    for instruction in file.arguments {
      for (name, fallback) in declared(instruction) {
        if let value = values[name] {
          variables.values[name] = value
        } else if let fallback {
          variables.values[name] = try expand(fallback, variables, instruction)
        }
      }
    }
    return variables
  }

  static func declared(_ instruction: DockerfileInstruction) -> [(name: String, value: String?)] {
    instruction.arguments.map { argument in
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
  }

  /// - Parameter shown: the description of the text in messages; `nil`: the text itself.
  static func expand(
    _ text: String, _ variables: DockerfileVariables, _ instruction: DockerfileInstruction, shown: String? = nil
  ) throws(EngineError) -> String {
    do throws(DockerfileVariables.SubstitutionError) {
      return try variables.expand(text)
    } catch {
      throw instruction.parseError(
        "failed to process \(shown ?? "\"\(text)\""): \(error.message)", at: shown == nil ? text : "<<")
    }
  }

  static func stage(
    _ number: Int, _ file: Dockerfile, _ variables: DockerfileVariables, _ platform: String
  ) throws(EngineError) -> Stage {
    let source = file.stages[number]
    if let requested = source.from.flag("platform") {
      let requested = try expand(requested, variables, source.from)
      guard requested == platform || requested == "linux" || requested.hasPrefix("\(platform)/") else {
        throw source.from.parseError(
          "building for \(requested) on \(platform) is not implemented", at: "--platform", .notImplemented)
      }
    }
    let base = try expand(source.base, variables, source.from)
    guard !base.isEmpty else {
      throw source.from.parseError("base name (\(source.base)) should not be blank", at: source.base)
    }
    var stage = Stage(
      source: source,
      base: base == "scratch" ? .scratch : file.stageNamed(base, before: number).map(Base.stage) ?? .image(base),
      instructions: source.instructions)
    if case .image(let name) = stage.base { try checkReference(name, source.from) }
    for instruction in stage.instructions {
      for flag in instruction.flags {
        _ = try replacingSource(of: flag) { (reference) throws(EngineError) -> String? in
          if let other = file.stage(reference, before: number) {
            stage.stages[reference] = other
          } else {
            guard Int(reference) == nil else {
              throw instruction.parseError(
                "invalid from flag value \(reference): refers to current build stage or none", at: flag)
            }
            try checkReference(reference, instruction)
            stage.images[reference] = reference
          }
          return nil
        }
      }
    }
    return stage
  }

  private static func checkReference(_ name: String, _ instruction: DockerfileInstruction) throws(EngineError) {
    do throws(EngineError) {
      if Digest(name) == nil { _ = try ImageReference(name) }
    } catch {
      throw instruction.parseError("failed to parse image name \"\(name)\": \(error.message)", at: name)
    }
  }

  /// Replaces the source of `--from=…`, or of `from=…` in `--mount=…`.
  static func replacingSource(
    of flag: String, _ replacement: (String) throws(EngineError) -> String?
  ) throws(EngineError) -> String {
    if flag.hasPrefix("--from=") {
      return try replacement(String(flag.dropFirst(7))).map { "--from=\($0)" } ?? flag
    }
    guard flag.hasPrefix("--mount=") else { return flag }
    var parts: [String] = []
    for part in flag.dropFirst(8).split(separator: ",").map(String.init) {
      let other = part.hasPrefix("from=") ? try replacement(String(part.dropFirst(5))) : nil
      parts.append(other.map { "from=\($0)" } ?? part)
    }
    return "--mount=" + parts.joined(separator: ",")
  }

  static func replacingSource(of flag: String, plainly replacement: (String) -> String?) -> String {
    (try? replacingSource(of: flag) { (source) throws(EngineError) in replacement(source) }) ?? flag
  }

  static func label(_ labels: [String: String], line: Int) throws(EngineError) -> DockerfileInstruction? {
    guard !labels.isEmpty else { return nil }
    func quoted(_ text: String) -> String {
      var result = "\""
      for character in text {
        if "\"\\$".contains(character) { result.append("\\") }
        result.append(character)
      }
      return result + "\""
    }
    if let bad = labels.first(where: { $0.key.contains(where: \.isNewline) || $0.value.contains(where: \.isNewline) }) {
      throw EngineError(.invalidParameter, "the label \(bad.key) has a line break, which a build cannot give it")
    }
    let pairs = labels.sorted { $0.key < $1.key }.map { "\(quoted($0.key))=\(quoted($0.value))" }
    return DockerfileInstruction(line: line, text: "LABEL " + pairs.joined(separator: " "))
  }

  /// The standard proxy arguments need no `ARG`.
  private static let predefined: Set<String> = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"]

  static func unused(_ values: [String: String], in file: Dockerfile) -> [String] {
    var declaredNames: Set<String> = []
    for instruction in file.arguments + file.stages.flatMap(\.instructions) where instruction.keyword == "ARG" {
      for (name, _) in declared(instruction) { declaredNames.insert(name) }
    }
    return values.keys.filter { !declaredNames.contains($0) && !predefined.contains($0.lowercased()) }.sorted()
  }
}

extension Dockerfile {
  /// Looks up the base of a `FROM`, in which a number is not a stage.
  func stageNamed(_ name: String, before end: Int) -> Int? { Int(name) == nil ? stage(name, before: end) : nil }
}

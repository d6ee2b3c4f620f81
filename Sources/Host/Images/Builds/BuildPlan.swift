public import EngineModel

/// The part of a Dockerfile that one target needs: its stages in order, their base images, and the Dockerfile for
/// buildah. Pure.
///
/// buildah gets image ids only: this type replaces names and variables in `FROM` and `--from`. So only our store
/// resolves names, and parallel builds do not see each other's names.
public struct BuildPlan: Sendable {
  struct Stage: Sendable {
    let source: Dockerfile.Stage
    let base: Base
    var instructions: [DockerfileInstruction]
    /// The images that instructions copy from, by the reference in the Dockerfile.
    var images: [String: String] = [:]
    /// The stages that this one needs, by the reference in the Dockerfile.
    var stages: [String: Int] = [:]
  }

  enum Base: Sendable, Hashable {
    case scratch
    case stage(Int)
    case image(String)
  }

  private let escape: Character
  private let arguments: [DockerfileInstruction]
  /// Variables before the first `FROM`.
  let globals: DockerfileVariables
  /// `--build-arg`.
  let values: [String: String]
  /// The stages to build, with their numbers in the file.
  let stages: [(number: Int, stage: Stage)]
  /// Image names in the order of their first use.
  public let images: [String]
  /// Build arguments that no `ARG` declares.
  public let unusedArguments: [String]

  /// - Parameters:
  ///   - name: the Dockerfile's name, for messages.
  ///   - target: a stage's name or number; empty: the last stage.
  ///   - values: `--build-arg`.
  ///   - labels: labels of the request; they become the last instruction.
  ///   - platform: this host's platform: `linux/amd64`.
  /// - Throws: `invalidParameter`, in Docker's words.
  public init(
    dockerfile bytes: [UInt8], name: String, target: String = "", values: [String: String] = [:],
    labels: [String: String] = [:], platform: String = "linux/\(Platform.architecture)"
  ) throws(EngineError) {
    let file = try Dockerfile(bytes, name: name)
    escape = file.escape
    arguments = file.arguments
    var end = file.stages.count - 1
    if !target.isEmpty {
      guard let wanted = file.stage(target, before: file.stages.count) else {
        throw EngineError(.invalidParameter, "target stage \"\(target)\" could not be found")
      }
      end = wanted
    }
    let variables = try Self.variables(file, values)
    globals = variables
    self.values = values
    var all: [Stage] = []
    for number in 0...end { all.append(try Self.stage(number, file, variables, platform)) }
    if let label = try Self.label(labels, line: file.stages[end].from.line) { all[end].instructions.append(label) }
    var needed: Set<Int> = [end]
    for number in stride(from: end, through: 0, by: -1) where needed.contains(number) {
      if case .stage(let base) = all[number].base { needed.insert(base) }
      needed.formUnion(all[number].stages.values)
    }
    stages = needed.sorted().map { ($0, all[$0]) }
    var images: [String] = []
    for (_, stage) in stages {
      if case .image(let name) = stage.base, !images.contains(name) { images.append(name) }
      for name in stage.images.values.sorted() where !images.contains(name) { images.append(name) }
    }
    self.images = images
    unusedArguments = Self.unused(values, in: file)
  }

  /// The number of steps in the build output.
  var stepCount: Int { stages.reduce(0) { $0 + 1 + $1.stage.instructions.count } }

  /// Writes the Dockerfile for buildah.
  ///
  /// - Parameters:
  ///   - identifiers: the id of each of ``images``, without `sha256:`.
  ///   - bases: the image behind each name, for the variables of here-documents.
  /// - Throws: `invalidParameter` for a here-document whose variables cannot be expanded.
  func buildahDockerfile(_ identifiers: [String: String], bases: [String: StoredImage] = [:]) throws(EngineError)
    -> BuildahDockerfile
  {
    var dockerfile = BuildahDockerfile()
    var lines = escape == "\\" ? [] : ["# escape=\(escape)"]
    lines += arguments.map(\.text)
    for (stageIndex, (number, stage)) in stages.enumerated() {
      let base =
        switch stage.base {
        case .scratch: "scratch"
        case .stage(let other): Self.name(ofStage: other)
        case .image(let name): identifiers[name] ?? name
        }
      lines.append("FROM \(base) AS \(Self.name(ofStage: number))")
      for (index, instruction) in stage.instructions.enumerated() {
        var changed = instruction
        changed.flags = changed.flags.map { flag in
          Self.replacingSource(
            of: flag,
            plainly: { source in
              stage.stages[source].map(Self.name(ofStage:)) ?? stage.images[source].map { identifiers[$0] ?? $0 }
            })
        }
        if let text = instruction.script {
          let shell = self.instruction(at: (stageIndex, index), bases: bases).shell
          lines.append(try dockerfile.run(changed, text, shell: shell))
        } else if !instruction.documents.isEmpty {
          var variables = try variables(stage: stageIndex, before: index, bases: bases)
          variables.keepsQuotes = true
          variables.escape = "\\"
          lines.append(
            try dockerfile.copy(instruction) { (text) throws(EngineError) in
              try Self.expand(text, variables, instruction, shown: "the here-document")
            })
        } else {
          lines.append(changed == instruction ? instruction.text : changed.rewritten)
        }
      }
    }
    dockerfile.text = lines.map { $0 + "\n" }.joined()
    return dockerfile
  }

  private static func name(ofStage number: Int) -> String { "causeway-stage-\(number)" }

  /// One instruction, and the shell that runs its shell form.
  ///
  /// - Parameter position: the index in ``stages``, and the index of the instruction after `FROM`.
  func instruction(
    at position: (stage: Int, index: Int), bases: [String: StoredImage]
  ) -> (DockerfileInstruction?, shell: [String]) {
    guard stages.indices.contains(position.stage) else { return (nil, []) }
    let instructions = stages[position.stage].stage.instructions
    let found = instructions.indices.contains(position.index) ? instructions[position.index] : nil
    var shell: [String]?
    var stage: Stage? = stages[position.stage].stage
    var before = instructions[..<min(max(0, position.index), instructions.count)]
    while let current = stage, shell == nil {
      shell = before.last { $0.keyword == "SHELL" }.flatMap { InstructionArguments.execForm($0.rest) }
      stage = nil
      switch current.base {
      case .scratch: break
      case .image(let name): shell = shell ?? bases[name]?.configuration.container.shell
      case .stage(let number):
        stage = stages.first { $0.number == number }?.stage
        before = (stage?.instructions ?? [])[...]
      }
    }
    return (found, shell ?? ["/bin/sh", "-c"])
  }
}

extension BuildPlan {
  /// The variables before the first `FROM`. `FROM` itself sees only these.
  private static func variables(_ file: Dockerfile, _ values: [String: String]) throws(EngineError)
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
    instruction.words.map { word in
      let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (sides[0], sides.count == 2 ? sides[1] : nil)
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

  private static func stage(
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
  private static func replacingSource(
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

  private static func replacingSource(of flag: String, plainly replacement: (String) -> String?) -> String {
    (try? replacingSource(of: flag) { (source) throws(EngineError) in replacement(source) }) ?? flag
  }

  private static func label(_ labels: [String: String], line: Int) throws(EngineError) -> DockerfileInstruction? {
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

  private static func unused(_ values: [String: String], in file: Dockerfile) -> [String] {
    var asked: Set<String> = []
    for instruction in file.arguments + file.stages.flatMap(\.instructions) where instruction.keyword == "ARG" {
      for (name, _) in declared(instruction) { asked.insert(name) }
    }
    return values.keys.filter { !asked.contains($0) && !predefined.contains($0.lowercased()) }.sorted()
  }
}

extension Dockerfile {
  /// Looks up the base of a `FROM`, in which a number is not a stage.
  func stageNamed(_ name: String, before end: Int) -> Int? { Int(name) == nil ? stage(name, before: end) : nil }
}

public import EngineModel

/// What of a Dockerfile is built for one target: the stages it needs in their order, which images they stand on, and
/// the Dockerfile that buildah is given. Pure.
///
/// buildah knows images by their ids only: names and variables in `FROM` and `--from` are replaced here, so that what a
/// name stands for is decided by our store alone, and two builds never see each other's names.
public struct BuildPlan: Sendable {
  struct Stage: Sendable {
    let source: Dockerfile.Stage
    let base: Base
    var instructions: [DockerfileInstruction]
    /// The images that instructions take files from, by the reference that stands there.
    var images: [String: String] = [:]
    /// The stages it needs, by the reference that stands there.
    var stages: [String: Int] = [:]
  }

  enum Base: Sendable, Hashable {
    case scratch
    case stage(Int)
    case image(String)
  }

  private let escape: Character
  private let arguments: [DockerfileInstruction]
  /// What is known before the first `FROM`.
  let globals: DockerfileVariables
  /// `--build-arg`.
  let values: [String: String]
  /// Those that are built, by their number in the file.
  let stages: [(number: Int, stage: Stage)]
  /// Names of images, in the order in which they are needed.
  public let images: [String]
  /// Values that no `ARG` asks for.
  public let unusedArguments: [String]

  /// - Parameters:
  ///   - name: the Dockerfile's, for messages.
  ///   - target: a stage's name or number; empty: the last.
  ///   - values: `--build-arg`.
  ///   - labels: given with the request; they become the last instruction.
  ///   - platform: this host's: `linux/amd64`.
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

  /// The whole number of steps, as they are counted while it is built.
  var stepCount: Int { stages.reduce(0) { $0 + 1 + $1.stage.instructions.count } }

  /// What buildah is given.
  ///
  /// - Parameters:
  ///   - identifiers: the id of each of ``images``, without `sha256:`.
  ///   - bases: what each of them is, for here-documents.
  /// - Throws: `invalidParameter` for a here-document that cannot be filled in.
  func script(_ identifiers: [String: String], bases: [String: StoredImage] = [:]) throws(EngineError) -> BuildScript {
    var script = BuildScript()
    var lines = escape == "\\" ? [] : ["# escape=\(escape)"]
    lines += arguments.map(\.text)
    for (position, (number, stage)) in stages.enumerated() {
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
          let shell = self.instruction(at: (position, index), bases: bases).shell
          lines.append(try script.run(changed, text, shell: shell))
        } else if !instruction.documents.isEmpty {
          var variables = try variables(stage: position, before: index, bases: bases)
          variables.keepsQuotes = true
          variables.escape = "\\"
          lines.append(
            try script.copy(instruction) { (text) throws(EngineError) in
              try Self.expand(text, variables, instruction, shown: "the here-document")
            })
        } else {
          lines.append(changed == instruction ? instruction.text : changed.rewritten)
        }
      }
    }
    script.text = lines.map { $0 + "\n" }.joined()
    return script
  }

  private static func name(ofStage number: Int) -> String { "causeway-stage-\(number)" }

  /// The instruction at a place of a build, and what runs the shell form there.
  ///
  /// - Parameter place: the number among ``stages`` and, in that, the number of the instruction after `FROM`.
  func instruction(
    at place: (stage: Int, index: Int), bases: [String: StoredImage]
  ) -> (DockerfileInstruction?, shell: [String]) {
    guard stages.indices.contains(place.stage) else { return (nil, []) }
    let instructions = stages[place.stage].stage.instructions
    let found = instructions.indices.contains(place.index) ? instructions[place.index] : nil
    var shell: [String]?
    var stage: Stage? = stages[place.stage].stage
    var before = instructions[..<min(max(0, place.index), instructions.count)]
    while let now = stage, shell == nil {
      shell = before.last { $0.keyword == "SHELL" }.flatMap { InstructionWords.array($0.rest) }
      stage = nil
      switch now.base {
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
  /// Those before the first `FROM`, which are all that it sees.
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

  /// - Parameter shown: what it is called in messages; `nil`: it is shown itself.
  static func expand(
    _ text: String, _ variables: DockerfileVariables, _ instruction: DockerfileInstruction, shown: String? = nil
  ) throws(EngineError) -> String {
    do throws(DockerfileVariables.Fault) {
      return try variables.expand(text)
    } catch {
      throw instruction.fault(
        "failed to process \(shown ?? "\"\(text)\""): \(error.sentence)", at: shown == nil ? text : "<<")
    }
  }

  private static func stage(
    _ number: Int, _ file: Dockerfile, _ variables: DockerfileVariables, _ platform: String
  ) throws(EngineError) -> Stage {
    let source = file.stages[number]
    if let wish = source.from.flag("platform") {
      let wish = try expand(wish, variables, source.from)
      guard wish == platform || wish == "linux" || wish.hasPrefix("\(platform)/") else {
        throw source.from.fault(
          "building for \(wish) on \(platform) is not implemented", at: "--platform", .notImplemented)
      }
    }
    let base = try expand(source.base, variables, source.from)
    guard !base.isEmpty else {
      throw source.from.fault("base name (\(source.base)) should not be blank", at: source.base)
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
              throw instruction.fault(
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
      throw instruction.fault("failed to parse image name \"\(name)\": \(error.message)", at: name)
    }
  }

  /// Puts something else in the place of what `--from=…` or the `from=…` of `--mount=…` names.
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

  /// Proxies may be given without being asked for.
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
  /// For `FROM`, where a number is no stage.
  func stageNamed(_ name: String, before end: Int) -> Int? { Int(name) == nil ? stage(name, before: end) : nil }
}

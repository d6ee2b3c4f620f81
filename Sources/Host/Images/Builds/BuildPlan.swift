package import EngineModel

/// The part of a Dockerfile that one target needs: its stages in order, their base images, and the Dockerfile for
/// buildah. Pure.
///
/// buildah gets image ids only: this type replaces names and variables in `FROM` and `--from`. So only our store
/// resolves names, and parallel builds do not see each other's names.
package struct BuildPlan: Sendable {
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
  package let images: [String]
  /// Build arguments that no `ARG` declares.
  package let unusedArguments: [String]

  /// - Parameters:
  ///   - name: the Dockerfile's name, for messages.
  ///   - target: a stage's name or number; empty: the last stage.
  ///   - values: `--build-arg`.
  ///   - labels: labels of the request; they become the last instruction.
  ///   - platform: this host's platform: `linux/amd64`.
  /// - Throws: `invalidParameter`, in Docker's words.
  package init(
    dockerfile bytes: [UInt8], name: String, target: String = "", values: [String: String] = [:],
    labels: [String: String] = [:], platform: String = "linux/\(Platform.architecture)"
  ) throws(EngineError) {
    let file = try Dockerfile(bytes, name: name)
    escape = file.escape
    arguments = file.arguments
    var end = file.stages.count - 1
    if !target.isEmpty {
      guard let targetStage = file.stage(target, before: file.stages.count) else {
        throw EngineError(.invalidParameter, "target stage \"\(target)\" could not be found")
      }
      end = targetStage
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
      if case .image(let name) = stage.base {
        for trigger in bases[name]?.configuration.onBuild ?? [] {
          try InstructionValidator.validate(
            DockerfileInstruction(line: stage.source.from.line, text: trigger), escape: "\\")
        }
      }
      lines.append("FROM \(base) AS \(Self.name(ofStage: number))")
      for (index, instruction) in stage.instructions.enumerated() {
        var changed = instruction
        for (position, flag) in instruction.flags.enumerated() where flag.hasPrefix("--mount=") {
          let values = flag.contains("$") ? try variables(stage: stageIndex, before: index, bases: bases) : globals
          let text = flag.contains("$") ? try Self.expand(flag, values, instruction) : flag
          changed.flags[position] = try RunMount(text, of: instruction).flag
        }
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

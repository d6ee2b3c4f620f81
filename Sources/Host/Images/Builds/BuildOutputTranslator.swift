import EngineModel

/// Translates buildah's build output to the output of Docker's classic builder. Pure.
///
/// buildah announces a step (`STEP 2/3: RUN make`), passes the step's own output through, prints the new image (`-->
/// 6f4a0c…`, before it `--> Using cache …`), and at the end the id of the result. Only the next expected step counts as
/// an announcement, so that a program's output cannot confuse the step count.
struct BuildOutputTranslator: Sendable {
  private struct Step: Sendable {
    let text: String
    /// The base of a `FROM`: an image, or the result of another stage.
    var image: String?
    var stage: Int?
    var runsCommand = false
  }

  private let stages: [[Step]]
  private let sandbox: String
  /// The number of steps from `ONBUILD` triggers of base images. The Dockerfile does not contain them.
  private var triggers = 0
  private var stage = 0
  /// The number of announced steps in the current stage.
  private var announcedSteps = 0
  private var line: [UInt8] = []
  /// The current step was announced and has not produced anything yet.
  private var isStepSilent = false
  /// The current step runsCommand a command.
  private var runsCommand = false
  /// The result of each stage.
  private var stageResults: [Int: String] = [:]
  /// The step's last output did not end with a newline.
  private var isLineOpen = false
  /// The current stage, and the index of the current instruction after `FROM`; negative for `FROM` itself and for
  /// triggers.
  private(set) var position: (stage: Int, index: Int) = (0, -1)
  /// The last full image id that had a line of its own.
  private(set) var imageID: String?
  private let total: Int

  /// - Parameters:
  ///   - identifiers: the ids of the base images by name.
  ///   - sandbox: the short id of the sandbox that runsCommand the steps.
  init(_ plan: BuildPlan, _ identifiers: [String: String], sandbox: String) {
    self.sandbox = sandbox
    total = plan.stepCount
    stages = plan.stages.map { _, stage in
      var from = Step(text: stage.source.from.text)
      switch stage.base {
      case .scratch: break
      case .image(let name): from.image = identifiers[name].map { String($0.prefix(12)) }
      case .stage(let number): from.stage = plan.stages.firstIndex { $0.number == number }
      }
      return [from] + stage.instructions.map { Step(text: $0.text, runsCommand: $0.keyword == "RUN") }
    }
  }

  /// - Returns: the text to show.
  mutating func translate(_ bytes: [UInt8]) -> String {
    var shown = ""
    for byte in bytes {
      line.append(byte)
      // A progress bar ends its line with a carriage return.
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || line.count >= 1 << 14 { shown += endLine() }
    }
    return shown
  }

  mutating func finish() -> String { line.isEmpty ? "" : endLine() }

  private mutating func endLine() -> String {
    let text = String(decoding: line, as: UTF8.self)
    line = []
    guard text.hasSuffix("\n") else { return stepOutput(text) }
    let content = text.dropLast()
    if let (found, before) = announcement(content) { return stepOutput(String(before), isPart: true) + announce(found) }
    if isLineOpen { return stepOutput(text) }
    if isStepSilent, content.hasPrefix("--> Using cache ") {
      isStepSilent = false
      return " ---> Using cache\n"
    }
    if announcedSteps == 1, content.hasPrefix("--> ") { return "" }
    if content.hasPrefix("--> "), Self.isHexadecimal(content.dropFirst(4)), content.count == 15 {
      stageResults[stage] = String(content.dropFirst(4))
      return runningLine() + " ---> \(content.dropFirst(4))\n"
    }
    if Self.isHexadecimal(content), content.count == 64 {
      imageID = String(content)
      if isLast { return "" }
    }
    if isLast, content == "\(prefix)COMMIT" || content.hasPrefix("\(prefix)COMMIT ") { return "" }
    if content.hasPrefix("[Warning] one or more build args were not consumed") { return "" }
    return stepOutput(text)
  }

  private var isLast: Bool {
    stage == stages.count - 1 && announcedSteps == stages[stage].count + triggers
  }

  private var prefix: String { stages.count > 1 ? "[\(stage + 1)/\(stages.count)] " : "" }

  private mutating func stepOutput(_ text: String, isPart: Bool = false) -> String {
    guard !text.isEmpty else { return "" }
    isLineOpen = !text.hasSuffix("\n")
    if isPart { isLineOpen = false }
    return runningLine() + text + (isPart ? "\n" : "")
  }

  /// The line before the first output of a step.
  private mutating func runningLine() -> String {
    guard isStepSilent else { return "" }
    isStepSilent = false
    return runsCommand ? " ---> Running in \(sandbox)\n" : ""
  }

  private struct Announcement {
    let stage: Int
    let step: Int
    let count: Int
    let text: String
  }

  /// The announcement of the next step, and the unfinished line of output before it.
  private func announcement(_ content: Substring) -> (Announcement, before: Substring)? {
    for candidate in [stage, stage + 1] where stages.indices.contains(candidate) {
      let step = candidate == stage ? announcedSteps + 1 : 1
      if candidate != stage, announcedSteps < stages[stage].count { continue }
      let mark = (stages.count > 1 ? "[\(candidate + 1)/\(stages.count)] " : "") + "STEP \(step)/"
      guard let range = content.range(of: mark),
        isLineOpen || range.lowerBound == content.startIndex || announcedSteps > 0
      else {
        continue
      }
      let rest = content[range.upperBound...]
      let digits = rest.prefix { $0.isNumber }
      guard let count = Int(digits), step <= count, rest.dropFirst(digits.count).hasPrefix(": ") else { continue }
      return (
        Announcement(stage: candidate, step: step, count: count, text: String(rest.dropFirst(digits.count + 2))),
        content[..<range.lowerBound]
      )
    }
    return nil
  }

  private mutating func announce(_ found: Announcement) -> String {
    var shown = runningLine()
    if found.stage != stage {
      (stage, announcedSteps, triggers) = (found.stage, 0, 0)
    }
    announcedSteps = found.step
    let steps = stages[stage]
    // The triggers of a base image come directly after its `FROM`.
    triggers = max(triggers, found.count - steps.count)
    let index = announcedSteps == 1 ? 0 : announcedSteps - 1 - triggers
    let before = stages[..<stage].reduce(0) { $0 + $1.count }
    guard steps.indices.contains(index), announcedSteps == 1 || announcedSteps - 1 > triggers else {
      position = (stage, -1)
      (isStepSilent, runsCommand) = (true, found.text.hasPrefix("RUN"))
      return shown + "# Executing build trigger\nStep \(before + announcedSteps)/\(total + triggers) : \(found.text)\n"
    }
    let step = steps[index]
    position = (stage, index - 1)
    (isStepSilent, runsCommand) = (true, step.runsCommand)
    shown += "Step \(before + announcedSteps)/\(total + triggers) : \(step.text)\n"
    if let image = step.image ?? step.stage.flatMap({ stageResults[$0] }) {
      isStepSilent = false
      shown += " ---> \(image)\n"
    }
    return shown
  }

  private static func isHexadecimal(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

extension Substring {
  /// The last occurrence of a text.
  fileprivate func range(of mark: String) -> Range<Index>? { ranges(of: mark).last }
}

import EngineModel

/// Turns what buildah says while it builds into what Docker's classic builder would have said. Pure.
///
/// buildah announces a step (`STEP 2/3: RUN make`), then comes what the step itself writes, then the image that it
/// made (`--> 6f4a0c…`, before it `--> Using cache …`), at last the id of the whole. Only the step that is next is
/// taken for an announcement: what programs write cannot make the count go wrong.
struct BuildTranscript: Sendable {
  private struct Step: Sendable {
    let text: String
    /// What stands under a `FROM`: an image, or what another stage has come to.
    var image: String?
    var stage: Int?
    var writes = false
  }

  private let stages: [[Step]]
  private let place: String
  /// Steps of triggers that images bring, which the Dockerfile does not count.
  private var triggers = 0
  private var stage = 0
  /// Steps of the present stage that were announced.
  private var begun = 0
  private var line: [UInt8] = []
  /// The step was announced and nothing came of it yet.
  private var isFresh = false
  /// It runs a command.
  private var runs = false
  /// What each stage has come to.
  private var made: [Int: String] = [:]
  /// The step wrote something that did not end its line.
  private var isInLine = false
  /// The stage, and of its instructions after `FROM` the one that was announced last: negative for `FROM` itself and
  /// for triggers.
  private(set) var position: (stage: Int, index: Int) = (0, -1)
  /// The last of the ids that stood alone in a line.
  private(set) var imageID: String?
  private let total: Int

  /// - Parameters:
  ///   - identifiers: of the images that stages stand on.
  ///   - place: where steps run: the short id of their sandbox.
  init(_ plan: BuildPlan, _ identifiers: [String: String], place: String) {
    self.place = place
    total = plan.stepCount
    stages = plan.stages.map { _, stage in
      var from = Step(text: stage.source.from.text)
      switch stage.base {
      case .scratch: break
      case .image(let name): from.image = identifiers[name].map { String($0.prefix(12)) }
      case .stage(let number): from.stage = plan.stages.firstIndex { $0.number == number }
      }
      return [from] + stage.instructions.map { Step(text: $0.text, writes: $0.keyword == "RUN") }
    }
  }

  /// - Returns: what is to be shown.
  mutating func take(_ bytes: [UInt8]) -> String {
    var shown = ""
    for byte in bytes {
      line.append(byte)
      // A progress bar begins its line anew.
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || line.count >= 1 << 14 { shown += endLine() }
    }
    return shown
  }

  mutating func finish() -> String { line.isEmpty ? "" : endLine() }

  private mutating func endLine() -> String {
    let text = String(decoding: line, as: UTF8.self)
    line = []
    guard text.hasSuffix("\n") else { return written(text) }
    let content = text.dropLast()
    if let (found, before) = announcement(content) { return written(String(before), isPart: true) + announce(found) }
    if isInLine { return written(text) }
    if isFresh, content.hasPrefix("--> Using cache ") {
      isFresh = false
      return " ---> Using cache\n"
    }
    if begun == 1, content.hasPrefix("--> ") { return "" }
    if content.hasPrefix("--> "), Self.isHexadecimal(content.dropFirst(4)), content.count == 15 {
      made[stage] = String(content.dropFirst(4))
      return running() + " ---> \(content.dropFirst(4))\n"
    }
    if Self.isHexadecimal(content), content.count == 64 {
      imageID = String(content)
      if isLast { return "" }
    }
    if isLast, content == "\(prefix)COMMIT" || content.hasPrefix("\(prefix)COMMIT ") { return "" }
    if content.hasPrefix("[Warning] one or more build args were not consumed") { return "" }
    return written(text)
  }

  private var isLast: Bool {
    stage == stages.count - 1 && begun == stages[stage].count + triggers
  }

  private var prefix: String { stages.count > 1 ? "[\(stage + 1)/\(stages.count)] " : "" }

  private mutating func written(_ text: String, isPart: Bool = false) -> String {
    guard !text.isEmpty else { return "" }
    isInLine = !text.hasSuffix("\n")
    if isPart { isInLine = false }
    return running() + text + (isPart ? "\n" : "")
  }

  /// The line that comes before what a step writes.
  private mutating func running() -> String {
    guard isFresh else { return "" }
    isFresh = false
    return runs ? " ---> Running in \(place)\n" : ""
  }

  private struct Announcement {
    let stage: Int
    let step: Int
    let count: Int
    let text: String
  }

  /// The announcement of the next step, and what stands before it because the last one did not end its line.
  private func announcement(_ content: Substring) -> (Announcement, before: Substring)? {
    for candidate in [stage, stage + 1] where stages.indices.contains(candidate) {
      let step = candidate == stage ? begun + 1 : 1
      if candidate != stage, begun < stages[stage].count { continue }
      let mark = (stages.count > 1 ? "[\(candidate + 1)/\(stages.count)] " : "") + "STEP \(step)/"
      guard let range = content.range(of: mark), isInLine || range.lowerBound == content.startIndex || begun > 0 else {
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
    var shown = running()
    if found.stage != stage {
      (stage, begun, triggers) = (found.stage, 0, 0)
    }
    begun = found.step
    let steps = stages[stage]
    // Triggers come right after the image that brings them.
    triggers = max(triggers, found.count - steps.count)
    let index = begun == 1 ? 0 : begun - 1 - triggers
    let before = stages[..<stage].reduce(0) { $0 + $1.count }
    guard steps.indices.contains(index), begun == 1 || begun - 1 > triggers else {
      position = (stage, -1)
      (isFresh, runs) = (true, found.text.hasPrefix("RUN"))
      return shown + "# Executing build trigger\nStep \(before + begun)/\(total + triggers) : \(found.text)\n"
    }
    let step = steps[index]
    position = (stage, index - 1)
    (isFresh, runs) = (true, step.writes)
    shown += "Step \(before + begun)/\(total + triggers) : \(step.text)\n"
    if let image = step.image ?? step.stage.flatMap({ made[$0] }) {
      isFresh = false
      shown += " ---> \(image)\n"
    }
    return shown
  }

  private static func isHexadecimal(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

extension Substring {
  /// Where a text begins in this one for the last time.
  fileprivate func range(of mark: String) -> Range<Index>? { ranges(of: mark).last }
}

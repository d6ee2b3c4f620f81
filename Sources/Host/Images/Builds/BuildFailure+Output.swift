import EngineModel

extension BuildFailure {
  /// - Parameters:
  ///   - errors: buildah's standard error.
  ///   - step: the instruction that failed.
  ///   - shell: the shell of that instruction.
  ///   - folder: the context's path, which the message must not show.
  init(errors: String, step: DockerfileInstruction?, shell: [String], folder: String) {
    var text = errors
    if let start = text.ranges(of: "Error: ").last(where: { range in
      range.lowerBound == text.startIndex || text[text.index(before: range.lowerBound)] == "\n"
    }) {
      text = String(text[start.upperBound...])
    }
    while text.last?.isNewline == true { text.removeLast() }
    if let step, step.keyword == "RUN", let status = text.ranges(of: "exit status ").last,
      text.contains("while running runtime"), let code = Int32(text[status.upperBound...])
    {
      let command = InstructionArguments.execForm(step.rest) ?? shell + [step.script ?? step.rest]
      self.init("The command '\(command.joined(separator: " "))' returned a non-zero code: \(code)", code: code)
      return
    }
    // Drop the quoted instruction: the output already shows it.
    if text.hasPrefix("building at STEP \""), let end = text.ranges(of: "\": ").first {
      text = String(text[end.upperBound...])
    }
    if let step, ["COPY", "ADD"].contains(step.keyword) {
      if text.contains("copier: stat:") {
        self.init("\(step.keyword) failed: \(Self.missing(text, step))")
        return
      }
      // Drop buildah's dump of the helper's request.
      if let end = text.ranges(of: "copier: get: ").last {
        self.init("\(step.keyword) failed: \(text[end.upperBound...])")
        return
      }
    }
    text = text.replacing("under \"\(folder)\"", with: "in the build context").replacing(folder, with: "")
    self.init(text.isEmpty ? "the build failed" : text)
  }

  /// Docker's words for a file that is not in the context.
  private static func missing(_ text: String, _ step: DockerfileInstruction) -> String {
    if text.contains("possible escaping context directory") {
      return "forbidden path outside the build context: \(step.arguments.first ?? "") ()"
    }
    guard let start = text.ranges(of: "copier: stat: ").last?.upperBound else { return text }
    let quoted = text[start...].drop { $0 != "\"" }.dropFirst()
    let path = quoted.prefix { $0 != "\"" }
    if text[start...].hasPrefix("[") { return "no source files were specified" }
    let prefix = step.flag("from") == nil ? "file not found in build context or excluded by .dockerignore: " : ""
    return "\(prefix)stat \(path.drop { $0 == "/" }): file does not exist"
  }
}

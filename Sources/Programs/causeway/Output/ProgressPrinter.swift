import JSON
import EngineAPI

/// Shows the progress messages of a load, import, pull, push or build. On a terminal each layer has one line that is
/// redrawn; elsewhere only final states are printed.
struct ProgressPrinter {
  let output: Descriptor
  let isQuiet: Bool
  private let isTerminal: Bool
  private var lines: [String: Int] = [:]
  private(set) var lastStream = ""
  /// The id of the built image.
  private(set) var builtImage: String?

  init(output: Descriptor, isQuiet: Bool) {
    self.output = output
    self.isQuiet = isQuiet
    isTerminal = output.isTerminal
  }

  /// - Throws: ``CommandFailure`` when a message is an error.
  mutating func print(_ chunks: ByteChunks) async throws {
    for try await value in JSONLines(chunks) {
      try show(try JSONDecoding.decode(Wire.ProgressMessage.self, from: value))
    }
  }

  private mutating func show(_ message: Wire.ProgressMessage) throws {
    if let error = message.error {
      throw CommandFailure(error, code: message.errorDetail?.code.flatMap { Int32(exactly: $0) })
    }
    if let built = message.aux?.ID, !built.isEmpty { builtImage = built }
    guard !isQuiet else { return }
    if let stream = message.stream {
      lastStream = stream
      output.write(stream)
    } else if let status = message.status {
      show(status: status, id: message.id, detail: message.progressDetail, bar: message.progress)
    }
  }

  private mutating func show(status: String, id: String?, detail: Wire.ProgressMessage.Detail?, bar: String?) {
    let isPassing = detail?.current != nil
    guard let id, !id.isEmpty else {
      output.write(status + "\n")
      return
    }
    var line = "\(id): \(status)"
    guard isTerminal else {
      if !isPassing { output.write(line + "\n") }
      return
    }
    if let detail, let current = detail.current {
      let total = detail.total.map { "/\(HumanText.size($0))" } ?? ""
      line += bar.map { " \($0)" } ?? " \(HumanText.size(current))\(total)"
    }
    guard let row = lines[id] else {
      lines[id] = lines.count
      output.write(line + "\n")
      return
    }
    let up = lines.count - row
    output.write("\u{1B}[\(up)A\u{1B}[2K\r\(line)\u{1B}[\(up)B\r")
  }
}

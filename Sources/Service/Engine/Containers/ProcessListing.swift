import EngineModel
import Kernel

/// What `ps` says about a container's processes, as `docker top` shows it.
struct ProcessListing: Sendable {
  let arguments: [String]

  init(arguments: String) throws(EngineError) {
    let words = arguments.split(separator: " ").map(String.init)
    self.arguments = words.isEmpty ? ["-ef"] : words
    // It could make the columns mean something else.
    guard !self.arguments.contains("--no-headers"), !self.arguments.contains("h") else {
      throw EngineError(.invalidParameter, "ps must show its headers")
    }
  }

  func table(of pids: Set<Int32>) async throws -> ProcessTable {
    let output = try await Tool("ps", package: "procps").run(arguments)
    try output.requireSuccess("ps")
    return try Self.parse(output.stdoutText, pids)
  }

  static func parse(_ text: String, _ pids: Set<Int32>) throws(EngineError) -> ProcessTable {
    let lines = text.split(separator: "\n")
    let titles = (lines.first ?? "").split(separator: " ").map(String.init)
    guard let place = titles.firstIndex(of: "PID") else {
      throw EngineError(.invalidParameter, "Couldn't find PID field in ps output")
    }
    let processes = lines.dropFirst().compactMap { line -> [String]? in
      let fields = line.split(separator: " ", maxSplits: titles.count - 1, omittingEmptySubsequences: true)
      guard place < fields.count, let pid = Int32(fields[place]), pids.contains(pid) else { return nil }
      return fields.map(String.init)
    }
    return ProcessTable(titles: titles, processes: processes)
  }
}

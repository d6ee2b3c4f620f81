import EngineModel
import Kernel

/// Runs `ps` for the processes of a container (`docker top`).
struct ProcessListing: Sendable {
  let arguments: [String]

  init(arguments: String) throws(EngineError) {
    let list = arguments.split(separator: " ").map(String.init)
    self.arguments = list.isEmpty ? ["-ef"] : list
    // The parser needs the header line.
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
    guard let column = titles.firstIndex(of: "PID") else {
      throw EngineError(.invalidParameter, "Couldn't find PID field in ps output")
    }
    let processes = lines.dropFirst().compactMap { line -> [String]? in
      let fields = line.split(separator: " ", maxSplits: titles.count - 1, omittingEmptySubsequences: true)
      guard column < fields.count, let pid = Int32(fields[column]), pids.contains(pid) else { return nil }
      return fields.map(String.init)
    }
    return ProcessTable(titles: titles, processes: processes)
  }
}

import Glibc

/// The expected plan of a scenario and the elements of the firewall afterwards, as stored in `Golden/NAME.txt`.
package struct ScenarioRecord: Sendable, Equatable {
  package var plan: [String]
  package var elements: [String]

  package init(plan: [String], elements: [String]) {
    self.plan = plan
    self.elements = elements
  }

  private static let planTitle = "# What is done, in order"
  private static let elementsTitle = "# Elements in the firewall's sets"

  /// - Returns: `nil` if there is no file.
  package static func stored(for scenario: NetworkScenario) -> ScenarioRecord? {
    guard let file = fopen(path(scenario), "r") else { return nil }
    defer { fclose(file) }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    let lines = text.split(separator: "\n").map(String.init)
    guard let start = lines.firstIndex(of: planTitle), let middle = lines.firstIndex(of: elementsTitle) else {
      return nil
    }
    return ScenarioRecord(plan: Array(lines[(start + 1)..<middle]), elements: Array(lines[(middle + 1)...]))
  }

  /// Replaces the file; called if `CAUSEWAY_WRITE_SCENARIOS` is set.
  package func storeIfRequested(for scenario: NetworkScenario) {
    guard getenv("CAUSEWAY_WRITE_SCENARIOS") != nil, let file = fopen(Self.path(scenario), "w") else { return }
    let lines = [Self.planTitle] + plan + ["", Self.elementsTitle] + elements
    fputs(lines.joined(separator: "\n") + "\n", file)
    fclose(file)
  }

  private static func path(_ scenario: NetworkScenario) -> String {
    "\(#filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })/Golden/\(scenario.name).txt"
  }
}

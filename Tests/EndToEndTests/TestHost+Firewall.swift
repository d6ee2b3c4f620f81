import TestHosts

extension TestHost {
  /// The elements of all sets and maps of the engine's tables:
  /// `inet causeway published4: 192.0.2.1 . tcp . 80 : 10.0.0.2 . 80`.
  func firewallElements() async throws -> [String] {
    var elements: [String] = []
    for table in ["inet causeway", "bridge causeway"] {
      let text = try await shell("nft -s list table \(table)").succeeded().stdout
      elements += Self.elements(text).map { "\(table) \($0)" }
    }
    return elements
  }

  private static func elements(_ listing: String) -> [String] {
    var result: [String] = []
    var set = ""
    var list: String?
    for line in listing.split(separator: "\n").map(\.trimmed) {
      if line.hasPrefix("set ") || line.hasPrefix("map ") { set = String(line.split(separator: " ")[1]) }
      if line.hasPrefix("elements = {") { list = "" }
      guard let open = list else { continue }
      let piece = line.replacing("elements = {", with: "")
      guard piece.hasSuffix("}") else {
        list = open + piece
        continue
      }
      result += (open + piece.dropLast()).split(separator: ",").map { "\(set): \($0.trimmed)" }
      list = nil
    }
    return result
  }
}

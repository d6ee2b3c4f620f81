import Nftables

/// What `nft list table` prints, taken apart: the table's frame, and the elements of its sets and maps.
struct FirewallListing: Hashable {
  /// Everything but the elements, a line each without indentation: equal for equal frames.
  private(set) var frame: [String] = []
  /// By the set's name. Sets without elements are not listed.
  private(set) var elements: [String: Set<Element>] = [:]

  init(_ text: String) {
    var set = ""
    var collected: String?
    for line in text.split(separator: "\n") {
      let words = line.trimmedOfSpace
      if let before = collected {
        collected = before + " " + words
      } else if words.hasPrefix("elements = {") {
        collected = String(words.dropFirst("elements = {".count))
      } else {
        frame.append(String(words))
        if words.hasSuffix("{"), words.hasPrefix("set ") || words.hasPrefix("map ") {
          set = String(words.dropFirst(4).dropLast().trimmedOfSpace)
        }
        continue
      }
      if let list = collected, Self.isClosed(list) {
        elements[set] = Self.elements(list.trimmedOfSpace.dropLast())
        collected = nil
      }
    }
  }

  /// Whether the list's brace is closed. Only an interface's name, in quotes, can hold a brace of its own.
  private static func isClosed(_ list: String) -> Bool {
    var isQuoted = false
    for byte in list.utf8 {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "}"), !isQuoted { return true }
    }
    return false
  }

  private static func elements(_ list: Substring) -> Set<Element> {
    Set(
      split(list, at: ",").compactMap { entry in
        // A map's key and value are parted by a colon between spaces; addresses have colons without.
        let parts = split(entry[...], at: " : ")
        guard let key = parts.first?[...].trimmedOfSpace, !key.isEmpty else { return nil }
        return Element(
          String(key), value: parts.count > 1 ? String(parts[1][...].trimmedOfSpace) : nil)
      })
  }

  /// Splits where the separator stands outside of quotes.
  private static func split(_ text: Substring, at separator: String) -> [String] {
    var pieces: [String] = []
    var start = text.startIndex
    var index = text.startIndex
    var isQuoted = false
    while index < text.endIndex {
      if text[index] == "\"" { isQuoted.toggle() }
      if !isQuoted, text[index...].hasPrefix(separator) {
        pieces.append(String(text[start..<index]))
        index = text.index(index, offsetBy: separator.count)
        start = index
      } else {
        index = text.index(after: index)
      }
    }
    pieces.append(String(text[start...]))
    return pieces
  }
}

extension StringProtocol {
  /// Without the blanks and tabs at both ends.
  fileprivate var trimmedOfSpace: SubSequence {
    let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
    guard let end = lastIndex(where: { $0 != " " && $0 != "\t" }) else {
      return self[start..<start]
    }
    return self[start...end]
  }
}

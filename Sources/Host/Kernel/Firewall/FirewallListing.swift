import Nftables

/// The parsed output of `nft list table`: the table's frame, and the elements of its sets and maps.
struct FirewallListing: Hashable {
  /// All lines except the elements, without indentation. Equal frames have equal lines.
  private(set) var frame: [String] = []
  /// Elements by set name. Empty sets are left out.
  private(set) var elements: [String: Set<Element>] = [:]

  /// Reads the bytes in one pass: the table of a busy host has tens of thousands of elements.
  init(_ text: String) {
    var set = ""
    var list: [UInt8] = []
    var isInList = false
    for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
      var words = Self.trimmed(line)
      if !isInList {
        guard words.starts(with: "elements = {".utf8) else {
          let text = String(decoding: words, as: UTF8.self)
          frame.append(text)
          if text.hasSuffix("{"), text.hasPrefix("set ") || text.hasPrefix("map ") {
            set = String(decoding: Self.trimmed(words.dropFirst(4).dropLast()), as: UTF8.self)
          }
          continue
        }
        words = words.dropFirst("elements = {".utf8.count)
        isInList = true
      }
      list += words
      list.append(UInt8(ascii: " "))
      guard Self.closes(words) else { continue }
      elements[set] = Self.elements(Self.trimmed(list[...]).dropLast())
      list = []
      isInList = false
    }
  }

  /// Whether the line contains the closing brace of the list. Only a quoted interface name can contain another brace.
  private static func closes(_ line: ArraySlice<UInt8>) -> Bool {
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "}"), !isQuoted { return true }
    }
    return false
  }

  private static func elements(_ list: ArraySlice<UInt8>) -> Set<Element> {
    var elements: Set<Element> = []
    var start = list.startIndex
    /// A map's key and value are separated by a colon with spaces; the colons of addresses have none.
    var colon: Int?
    var isQuoted = false
    func take(upTo end: Int) {
      let key = trimmed(list[start..<(colon ?? end)])
      guard !key.isEmpty else { return }
      let value = colon.map { String(decoding: trimmed(list[($0 + 1)..<end]), as: UTF8.self) }
      elements.insert(Element(String(decoding: key, as: UTF8.self), value: value))
    }
    for index in list.indices {
      switch list[index] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        take(upTo: index)
        start = index + 1
        colon = nil
      case UInt8(ascii: ":") where !isQuoted && colon == nil:
        let isApart = index > start && list[index - 1] == UInt8(ascii: " ") && index + 1 < list.endIndex
        if isApart, list[index + 1] == UInt8(ascii: " ") { colon = index }
      default: break
      }
    }
    take(upTo: list.endIndex)
    return elements
  }

  /// The text without leading and trailing blanks and tabs.
  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}

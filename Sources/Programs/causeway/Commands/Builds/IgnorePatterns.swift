/// The patterns of a `.dockerignore` file. The last matching pattern decides; a pattern with `!` is an exception.
struct IgnorePatterns: Sendable {
  private struct Pattern {
    let parts: [String]
    let isException: Bool
  }

  private let patterns: [Pattern]

  init(_ text: String) {
    patterns = text.split(whereSeparator: \.isNewline).compactMap { line in
      var line = line.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
      while let last = line.last, last == " " || last == "\t" { line.removeLast() }
      guard let first = line.first, first != "#" else { return nil }
      let isException = first == "!"
      if isException { line = line.dropFirst() }
      let parts = line.split(separator: "/").map(String.init).filter { $0 != "." }
      return parts.isEmpty ? nil : Pattern(parts: parts, isException: isException)
    }
  }

  var isEmpty: Bool { patterns.isEmpty }
  /// Whether a file in an ignored folder may match an exception.
  var hasExceptions: Bool { patterns.contains(where: \.isException) }

  /// - Parameter path: relative to the context, without a leading slash.
  func ignores(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    var ignored = false
    for pattern in patterns where pattern.isException == ignored {
      // A pattern that matches a folder matches everything in it.
      if (1...max(1, parts.count)).contains(where: { Self.fits(pattern.parts[...], parts.prefix($0)) }) {
        ignored = !pattern.isException
      }
    }
    return ignored
  }

  private static func fits(_ pattern: ArraySlice<String>, _ parts: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return parts.isEmpty }
    if first == "**" {
      return (0...parts.count).contains { fits(pattern.dropFirst(), parts.dropFirst($0)) }
    }
    guard let part = parts.first, fitsName(Array(first)[...], Array(part)[...]) else { return false }
    return fits(pattern.dropFirst(), parts.dropFirst())
  }

  /// Matches one path component as Go's `filepath.Match` does.
  private static func fitsName(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "*":
      return (0...name.count).contains { fitsName(rest, name.dropFirst($0)) }
    case "?": return !name.isEmpty && fitsName(rest, name.dropFirst())
    case "[":
      guard let close = rest.dropFirst().firstIndex(of: "]"), let letter = name.first else { return false }
      var members = rest[..<close]
      let isNegated = members.first == "^" || members.first == "!"
      if isNegated { members = members.dropFirst() }
      return isMember(letter, Array(members)) != isNegated && fitsName(rest[(close + 1)...], name.dropFirst())
    case "\\":
      guard let letter = rest.first else { return false }
      return name.first == letter && fitsName(rest.dropFirst(), name.dropFirst())
    default: return name.first == first && fitsName(rest, name.dropFirst())
    }
  }

  private static func isMember(_ letter: Character, _ members: [Character]) -> Bool {
    var index = 0
    while index < members.count {
      if index + 2 < members.count, members[index + 1] == "-" {
        if members[index] <= letter, letter <= members[index + 2] { return true }
        index += 3
      } else {
        if members[index] == letter { return true }
        index += 1
      }
    }
    return false
  }
}

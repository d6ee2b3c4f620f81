/// Expands variables in text: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
/// `${NAME?message}`, `${NAME:+replacement}`, `${NAME+replacement}`, and `$$` for a dollar sign. The text after an
/// operator may contain variables. With a colon, an empty value counts as unset.
struct VariableTemplate {
  /// Why a text cannot be expanded.
  enum Failure: Error, Equatable {
    case malformed(String)
    /// `?` and `:?`.
    case required(name: String, message: String)
  }

  /// The largest nesting depth of variables in defaults.
  static let maximumDepth = 20

  private let bytes: [UInt8]
  private let lookup: (String) -> String?
  private var position = 0
  private(set) var missing: [String] = []

  private init(_ text: String, _ lookup: @escaping (String) -> String?) {
    bytes = Array(text.utf8)
    self.lookup = lookup
  }

  /// - Returns: the expanded text, and the names of variables without a default that are not set.
  static func fill(_ text: String, lookup: @escaping (String) -> String?) throws(Failure)
    -> (text: String, missing: [String])
  {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return (text, []) }
    var template = VariableTemplate(text, lookup)
    let filled = try template.text(depth: 0)
    return (String(decoding: filled, as: UTF8.self), template.missing)
  }

  /// Reads to the end, or inside braces to the closing brace, which is not consumed.
  private mutating func text(depth: Int) throws(Failure) -> [UInt8] {
    guard depth <= Self.maximumDepth else { throw .malformed("variables are nested too deeply") }
    var output: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "}"), depth > 0 { return output }
      position += 1
      guard byte == UInt8(ascii: "$") else {
        output.append(byte)
        continue
      }
      guard position < bytes.count else { throw .malformed("a $ at the end; write $$ for a dollar sign") }
      switch bytes[position] {
      case UInt8(ascii: "$"):
        output.append(UInt8(ascii: "$"))
        position += 1
      case UInt8(ascii: "{"):
        position += 1
        output += try braced(depth: depth)
      default:
        guard let name = name() else { throw .malformed("no variable's name after $; write $$ for a dollar sign") }
        output += plain(name)
      }
    }
    if depth > 0 { throw .malformed("no closing brace after ${") }
    return output
  }

  private mutating func name() -> String? {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        position += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where position > start: position += 1
      default: return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
      }
    }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  private mutating func plain(_ name: String) -> [UInt8] {
    if let value = lookup(name) { return Array(value.utf8) }
    missing.append(name)
    return []
  }

  private mutating func braced(depth: Int) throws(Failure) -> [UInt8] {
    guard let name = name() else { throw .malformed("no variable's name after ${") }
    guard position < bytes.count else { throw .malformed("no closing brace after ${\(name)") }
    if bytes[position] == UInt8(ascii: "}") {
      position += 1
      return plain(name)
    }
    var emptyCountsAsUnset = false
    if bytes[position] == UInt8(ascii: ":") {
      emptyCountsAsUnset = true
      position += 1
    }
    guard position < bytes.count else { throw .malformed("no closing brace after ${\(name)") }
    let symbol = bytes[position]
    guard "-?+".utf8.contains(symbol) else {
      throw .malformed("no operator after ${\(name): one of :- - :? ? :+ + or a closing brace")
    }
    position += 1
    let value = lookup(name).flatMap { emptyCountsAsUnset && $0.isEmpty ? nil : $0 }
    let isUsed = symbol == UInt8(ascii: "+") ? value != nil : value == nil
    let argument = try argument(isUsed: isUsed, depth: depth + 1)
    switch symbol {
    case UInt8(ascii: "+"): return value == nil ? [] : argument
    case UInt8(ascii: "-"): return value.map { Array($0.utf8) } ?? argument
    default:
      guard let value else { throw .required(name: name, message: String(decoding: argument, as: UTF8.self)) }
      return Array(value.utf8)
    }
  }

  /// Reads the text after an operator. Variables in an unused text need not be set.
  private mutating func argument(isUsed: Bool, depth: Int) throws(Failure) -> [UInt8] {
    let argument: [UInt8]
    if isUsed {
      argument = try text(depth: depth)
    } else {
      // Treats every variable as set and not empty.
      var reading = VariableTemplate(bytes: bytes, position: position) { _ in "-" }
      argument = try reading.text(depth: depth)
      position = reading.position
    }
    position += 1
    return argument
  }

  private init(bytes: [UInt8], position: Int, _ lookup: @escaping (String) -> String?) {
    self.bytes = bytes
    self.position = position
    self.lookup = lookup
  }
}

import EngineAPI
import EngineModel

/// The options and arguments of a command line. The values are valid for the kind of their option.
struct ParsedOptions: Sendable {
  var arguments: [String] = []
  var wantsHelp = false
  private var values: [String: [String]] = [:]
  private let kinds: [String: OptionSpecification.Kind]

  init(declared: [OptionSpecification]) {
    var kinds: [String: OptionSpecification.Kind] = [:]
    for option in declared { kinds[option.name] = option.kind }
    self.kinds = kinds
  }

  /// - Throws: ``UsageError`` when the option does not accept the value.
  mutating func record(_ option: OptionSpecification, _ value: String) throws(UsageError) {
    if let error = option.validationError(for: value) {
      throw .grammar("invalid argument \(value.quoted) for \(option.spelling.quoted) flag: \(error)")
    }
    switch option.kind {
    case .list: values[option.name, default: []].append(value)
    case .commaSeparated:
      values[option.name, default: []] += value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    default: values[option.name] = [value]
    }
  }

  func isSet(_ name: String) -> Bool { declared(name) && values[name] != nil }

  func flag(_ name: String) -> Bool {
    guard declared(name), let value = values[name]?.last.flatMap(Self.boolean) else {
      if case .flag(let fallback) = kinds[name] { return fallback }
      return false
    }
    return value
  }

  /// The last value given; `nil` when there was none.
  func text(_ name: String) -> String? { declared(name) ? values[name]?.last : nil }

  /// All values, in order.
  func all(_ name: String) -> [String] { declared(name) ? values[name] ?? [] : [] }

  func integer(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

  /// Bytes. `-1` is returned as it is.
  func bytes(_ name: String) -> Int64? {
    text(name).flatMap { $0 == "-1" ? -1 : ByteSize($0)?.bytes }
  }

  /// Nanoseconds.
  func duration(_ name: String) -> Int64? { text(name).flatMap { DurationText($0)?.nanoseconds } }

  /// A misspelt option name in the code would read as an option that is never given.
  private func declared(_ name: String) -> Bool {
    precondition(kinds[name] != nil, "the option --\(name) is not declared by this command")
    return true
  }

  /// The Booleans that Go's `strconv.ParseBool` accepts.
  static func boolean(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }
}

import EngineAPI
import EngineModel

/// One option of a command, as Docker's command line declares it.
///
/// The grammar is that of spf13/pflag, which Docker's command line uses: `--name value`, `--name=value`, `-n value`,
/// `-nvalue`, `-n=value`, clusters of short flags of which the last may take a value, and flags with `=false`.
struct OptionSpecification: Sendable {
  /// The kind of an option's value. The type names in the help are Docker's.
  enum Kind: Sendable, Equatable {
    /// Takes a value only after `=`; its presence alone means `true`.
    case flag(default: Bool = false)
    /// Takes a value. The last one wins.
    case text(String = "string")
    /// May be given several times.
    case list(String = "list")
    /// May be given several times, each time with several comma-separated values.
    case commaSeparated
    case integer
    /// A number of bytes with an optional unit, `512m`.
    case bytes
    /// `1m30s`.
    case duration
    /// A decimal number, `1.5`.
    case decimal
  }

  let name: String
  let shorthand: Character?
  let kind: Kind
  let help: String
  /// The text after `default` in the help.
  let shownDefault: String?
  /// Other names, which the help does not show.
  let aliases: [String]
  let isHidden: Bool

  init(
    _ name: String, _ shorthand: Character? = nil, _ kind: Kind, _ help: String, default shownDefault: String? = nil,
    aliases: [String] = [], hidden: Bool = false
  ) {
    self.name = name
    self.shorthand = shorthand
    self.kind = kind
    self.help = help
    self.shownDefault = shownDefault
    self.aliases = aliases
    isHidden = hidden
  }

  static func flag(_ name: String, _ shorthand: Character? = nil, _ help: String, default value: Bool = false) -> Self {
    Self(name, shorthand, .flag(default: value), help, default: value ? "true" : nil)
  }

  static func text(
    _ name: String, _ shorthand: Character? = nil, _ help: String, type: String = "string",
    default shown: String? = nil,
    aliases: [String] = []
  ) -> Self {
    Self(name, shorthand, .text(type), help, default: shown, aliases: aliases)
  }

  static func list(
    _ name: String, _ shorthand: Character? = nil, _ help: String, type: String = "list", aliases: [String] = []
  ) -> Self {
    Self(name, shorthand, .list(type), help, aliases: aliases)
  }

  static func integer(_ name: String, _ shorthand: Character? = nil, _ help: String, default shown: String? = nil)
    -> Self
  {
    Self(name, shorthand, .integer, help, default: shown)
  }

  /// The option's name in messages: `-m, --memory`.
  var spelling: String {
    if let shorthand { "-\(shorthand), --\(name)" } else { "--\(name)" }
  }

  /// The type of the value in the help; `nil` for a flag.
  var typeName: String? {
    switch kind {
    case .flag: nil
    case .text(let type), .list(let type): type
    case .commaSeparated: "strings"
    case .integer: "int"
    case .bytes: "bytes"
    case .duration: "duration"
    case .decimal: "decimal"
    }
  }

  var isFlag: Bool { if case .flag = kind { true } else { false } }

  /// Why the option does not accept `value`; `nil` when it does.
  func validationError(for value: String) -> String? {
    switch kind {
    case .flag:
      ParsedOptions.boolean(value) == nil
        ? "strconv.ParseBool: parsing \(value.quoted): invalid syntax" : nil
    case .integer:
      Int64(value) == nil ? "strconv.ParseInt: parsing \(value.quoted): invalid syntax" : nil
    case .bytes:
      value != "-1" && ByteSize(value) == nil ? "invalid size: '\(value)'" : nil
    case .duration:
      DurationText(value) == nil ? "time: invalid duration \(value.quoted)" : nil
    case .decimal:
      NanoCPUs(value) == nil ? "failed to parse \(value) as a rational number" : nil
    case .text, .list, .commaSeparated: nil
    }
  }
}

/// An option of the engine: a flag, a key of the configuration file, or both. The names are dockerd's.
package struct Option: Sendable {
  package enum Kind: Sendable {
    case flag
    case text
    /// The user may give it several times.
    case list
  }

  /// Whether this engine supports the option.
  package enum Support: Sendable {
    case full
    /// The engine accepts only these values, which change nothing. It refuses any other value with the message.
    case acceptsOnly([String], message: String)
  }

  package let name: String
  package var short: Character?
  package let kind: Kind
  /// The key in the configuration file; `nil` if the option is only a flag.
  package let key: String?
  /// The placeholder of the value in the help text.
  package var value = ""
  package let help: String
  package var support = Support.full
  /// The form of the values.
  package var form = SettingForm.any

  static func flag(_ name: String, _ short: Character? = nil, key: String?, _ help: String) -> Option {
    Option(name: name, short: short, kind: .flag, key: key, help: help)
  }

  static func text(
    _ name: String, _ short: Character? = nil, key: String?, _ help: String, takes value: String = "string"
  ) -> Option {
    Option(name: name, short: short, kind: .text, key: key, value: value, help: help)
  }

  static func list(
    _ name: String, _ short: Character? = nil, key: String?, _ help: String, takes value: String = "list"
  ) -> Option {
    Option(name: name, short: short, kind: .list, key: key, value: value, help: help)
  }

  func acceptsOnly(_ values: String..., message: String) -> Option {
    var option = self
    option.support = .acceptsOnly(values, message: message)
    return option
  }

  func form(_ form: SettingForm) -> Option {
    var option = self
    option.form = form
    return option
  }
}

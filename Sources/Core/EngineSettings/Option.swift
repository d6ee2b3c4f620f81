/// A setting of the engine, by a flag or in the configuration file, with dockerd's names.
package struct Option: Sendable {
  package enum Kind: Sendable {
    case flag
    case text
    /// May be given several times.
    case list
  }

  /// Whether this engine supports the option.
  package enum Standing: Sendable {
    case works
    /// Only these values, which change nothing, are accepted; the engine refuses any other with the message.
    case only([String], String)
  }

  package let name: String
  package var short: Character?
  package let kind: Kind
  /// The key in the configuration file; `nil`: a flag only.
  package let key: String?
  /// The placeholder of the value in the help text.
  package var value = ""
  package let help: String
  package var standing = Standing.works
  /// The form of its values.
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

  func only(_ values: String..., sentence: String) -> Option {
    var option = self
    option.standing = .only(values, sentence)
    return option
  }

  func form(_ form: SettingForm) -> Option {
    var option = self
    option.form = form
    return option
  }
}

/// One thing that can be set, by a flag or in the configuration file: dockerd's names.
package struct Option: Sendable {
  package enum Kind: Sendable {
    case flag
    case text
    /// May be given several times.
    case list
  }

  /// Whether setting it has an effect here.
  package enum Standing: Sendable {
    case works
    /// The values that say what is so anyway; any other is refused with the sentence.
    case only([String], String)
  }

  package let name: String
  package var short: Character?
  package let kind: Kind
  /// In the configuration file; `nil`: a flag only.
  package let key: String?
  /// Describes the value in the help text.
  package var value = ""
  package let help: String
  package var standing = Standing.works
  /// What its values must look like.
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

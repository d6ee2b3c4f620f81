/// The values of options by name. A list option keeps all values in their order. Of another option the last value counts.
package typealias Settings = [String: [String]]

/// A message for the user who wrote the settings.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// An error in one setting: its path, and what is wrong with its value.
package struct SettingError: Sendable, Hashable, CustomStringConvertible {
  /// In a file the path of the value, such as `default-address-pools[1].size`. For a flag the option's name.
  package let path: String
  package let reason: String

  package init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  package init(_ path: String, expected: String, found: String) {
    self.init(path, "expected \(expected), found \(found)")
  }

  package var description: String { "\(path): \(reason)" }
}

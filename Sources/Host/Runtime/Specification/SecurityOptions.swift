package import EngineModel

/// Parsed `--security-opt` options.
package struct SecurityOptions: Sendable, Hashable {
  package enum Seccomp: Sendable, Hashable {
    case standard
    case unconfined
    /// A profile's JSON text. The docker command sends the content of the file.
    case profile(String)
  }

  package var seccomp: Seccomp = .standard
  package var noNewPrivileges = false
  package var apparmor: String?
  /// The values of `label=…`.
  package var labels: [String] = []
  package var unconfinedSystemPaths = false
  package var writableCgroups = false

  /// - Throws: `invalidParameter`: "invalid --security-opt 2: \"x\"".
  package init(_ options: [String]) throws(EngineError) {
    for option in options {
      if option == "no-new-privileges" {
        noNewPrivileges = true
        continue
      }
      if option == "disable" {
        labels.append("disable")
        continue
      }
      // Docker once used a colon as the separator.
      guard let separator = option.firstIndex(of: "=") ?? option.firstIndex(of: ":") else { throw Self.invalid(option) }
      let (key, value) = (option[..<separator], String(option[option.index(after: separator)...]))
      switch key {
      case "seccomp":
        seccomp =
          value == "unconfined" ? .unconfined : value == "builtin" || value.isEmpty ? .standard : .profile(value)
      case "no-new-privileges": noNewPrivileges = try Self.boolean(value, option)
      case "writable-cgroups": writableCgroups = try Self.boolean(value, option)
      case "apparmor": apparmor = value
      case "label": labels.append(value)
      case "systempaths" where value == "unconfined": unconfinedSystemPaths = true
      default: throw Self.invalid(option)
      }
    }
  }

  private static func boolean(_ text: String, _ option: String) throws(EngineError) -> Bool {
    switch text.lowercased() {
    case "true", "1", "t": true
    case "false", "0", "f": false
    default: throw invalid(option)
    }
  }

  private static func invalid(_ option: String) -> EngineError {
    EngineError(.invalidParameter, "invalid --security-opt 2: \"\(option)\"")
  }
}

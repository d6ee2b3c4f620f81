import JSON
import EngineAPI

/// The configuration file: JSON with dockerd's keys.
package enum ConfigurationFile {
  /// Reads the file's settings.
  ///
  /// - Throws: one message with all errors. It begins as dockerd's message does.
  package static func settings(_ bytes: [UInt8], path: String) throws(UsageError) -> Settings {
    let (settings, errors) = read(bytes)
    guard errors.isEmpty else {
      throw UsageError(
        "unable to configure the engine with file \(path): \(errors.map(\.description).joined(separator: "; "))")
    }
    return settings
  }

  /// The settings that can be read, and all errors in the order of the file.
  package static func read(_ bytes: [UInt8]) -> (settings: Settings, errors: [SettingError]) {
    let members: [JSONMember]
    do {
      guard case .object(let list) = try JSONParser.parse(bytes) else { throw JSONError("it is not a JSON object") }
      members = list
    } catch {
      return ([:], [SettingError("(file)", "\(error)")])
    }
    var reader = ConfigurationReader()
    for member in members { reader.read(member) }
    // A value that cannot be read is not among the settings, so it gives one error only.
    let errors = reader.errors + SettingsValidator(reader.settings, path: reader.path(of:_:)).errors()
    return (reader.settings, errors)
  }

  /// The settings of the flags and of the file. An option in both is an error, as in dockerd.
  package static func merge(flags: Settings, file: Settings, path: String) throws(UsageError) -> Settings {
    let both = flags.keys.filter { file[$0] != nil }.sorted()
    guard both.isEmpty else {
      let list = both.map { name in
        "\(Option.all.first { $0.name == name }?.key ?? name): (from flag: \((flags[name] ?? []).joined(separator: ", ")), "
          + "from file: \((file[name] ?? []).joined(separator: ", ")))"
      }
      throw UsageError(
        "unable to configure the engine with file \(path): the following directives are specified both as a flag and in "
          + "the configuration file: \(list.joined(separator: ", "))")
    }
    return flags.merging(file) { flag, _ in flag }
  }
}

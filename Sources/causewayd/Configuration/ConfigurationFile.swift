import EngineAPI

/// The JSON file of dockerd's form: the options' keys and their values.
enum ConfigurationFile {
  /// Reads the file's settings.
  ///
  /// - Throws: in dockerd's words, for a key that means nothing and a value of the wrong kind.
  static func settings(_ bytes: [UInt8], path: String) throws(UsageError) -> Settings {
    func wrong(_ why: String) -> UsageError {
      UsageError("unable to configure the engine with file \(path): \(why)")
    }
    let members: [JSONMember]
    do {
      guard case .object(let list) = try JSONParser.parse(bytes) else { throw JSONError("it is not a JSON object") }
      members = list
    } catch {
      throw wrong("\(error)")
    }
    let unknown = members.map(\.name).filter { name in option(name) == nil && name != "runtimes" }
    guard unknown.isEmpty else {
      throw wrong("the following directives don't match any configuration option: \(unknown.joined(separator: ", "))")
    }
    var settings: Settings = [:]
    for member in members {
      if member.name == "runtimes" {
        settings["add-runtime"] = try runtimes(member.value, wrong)
        continue
      }
      guard let option = option(member.name) else { continue }
      settings[option.name] = try values(option, member.value, wrong)
    }
    return settings
  }

  private static func option(_ key: String) -> Option? { Option.all.first { $0.key == key } }

  private static func values(
    _ option: Option, _ value: JSONValue, _ wrong: (String) -> UsageError
  ) throws(UsageError) -> [String] {
    switch (option.kind, value) {
    case (.flag, .bool(let truth)): return [truth ? "true" : "false"]
    case (.text, .string(let text)): return [text]
    case (.text, .number(let text)): return [text]
    case (.list, .object(let members)) where option.name == "log-opt" || option.name == "default-ulimit":
      var values: [String] = []
      for member in members { values.append("\(member.name)=\(try word(member.value, option, wrong))") }
      return values
    case (.list, .array(let elements)):
      var values: [String] = []
      for element in elements {
        if option.name == "default-address-pool" {
          values.append(try pool(element, wrong))
        } else if case .string(let text) = element {
          values.append(text)
        } else {
          throw wrong("\(option.key ?? "") takes a list of strings")
        }
      }
      return values
    default:
      let kind =
        switch option.kind {
        case .flag: "true or false"
        case .text: "a string"
        case .list: "a list"
        }
      throw wrong("\(option.key ?? "") takes \(kind)")
    }
  }

  /// A log option's text, or an ulimit's `{"Soft": …, "Hard": …}` as a flag has it.
  private static func word(
    _ value: JSONValue, _ option: Option, _ wrong: (String) -> UsageError
  ) throws(UsageError) -> String {
    if case .string(let text) = value { return text }
    guard case .number(let soft)? = value["Soft"], case .number(let hard)? = value["Hard"] else {
      throw wrong("\(option.key ?? "") takes an object of strings, or of {\"Soft\": LIMIT, \"Hard\": LIMIT}")
    }
    return "\(soft):\(hard)"
  }

  private static func pool(_ value: JSONValue, _ wrong: (String) -> UsageError) throws(UsageError) -> String {
    guard case .string(let base)? = value["base"], case .number(let size)? = value["size"] else {
      throw wrong("default-address-pools takes a list of {\"base\": CIDR, \"size\": LENGTH}")
    }
    return "base=\(base),size=\(size)"
  }

  private static func runtimes(_ value: JSONValue, _ wrong: (String) -> UsageError) throws(UsageError) -> [String] {
    guard case .object(let members) = value else { throw wrong("runtimes takes an object") }
    var list: [String] = []
    for member in members {
      guard case .string(let path)? = member.value["path"] else {
        throw wrong("runtimes: \(member.name) has no path")
      }
      list.append("\(member.name)=\(path)")
    }
    return list
  }

  /// The settings of both; what is in both is an error, as in dockerd, because neither would be sure to count.
  static func merge(flags: Settings, file: Settings, path: String) throws(UsageError) -> Settings {
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

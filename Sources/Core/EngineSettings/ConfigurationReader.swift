import JSON

/// Reads the members of a configuration file one by one, and collects settings and errors.
struct ConfigurationReader {
  private(set) var settings: Settings = [:]
  private(set) var errors: [SettingError] = []
  /// The path in the file of each value of an option.
  private var paths: [String: [Int: String]] = [:]

  /// The path in the file of a value of an option, by the value's index.
  func path(of option: Option, _ index: Int) -> String {
    paths[option.name]?[index] ?? option.key ?? option.name
  }

  mutating func read(_ member: JSONMember) {
    if member.name == "runtimes" { return readRuntimes(member.value) }
    if member.name == "cluster" { return readCluster(member.value) }
    guard let option = Option.all.first(where: { $0.key == member.name }) else {
      errors.append(SettingError(member.name, "the following directives don't match any configuration option"))
      return
    }
    if option.form == .networkOption { return readNetworkOptions(option, member) }
    if option.form == .logOption || option.form == .ulimit { return readNamed(option, member) }
    switch (option.kind, member.value) {
    case (.flag, .bool(let truth)): add(option, truth ? "true" : "false", member.name)
    case (.text, .string(let text)): add(option, text, member.name)
    case (.text, .number(let text))
    where option.form == .mtu || option.form == .size || option.form == .timeoutSeconds || option.form == .count:
      add(option, text, member.name)
    case (.list, .array(let elements)):
      for (index, element) in elements.enumerated() { readElement(option, element, "\(member.name)[\(index)]") }
    default:
      let expected =
        switch option.kind {
        case .flag: "true or false"
        case .text: option.form == .mtu || option.form == .count ? "a number" : "a string"
        case .list: "a list"
        }
      addTypeError(member.name, expected, member.value)
    }
  }

  private mutating func add(_ option: Option, _ text: String, _ path: String) {
    paths[option.name, default: [:]][settings[option.name]?.count ?? 0] = path
    settings[option.name, default: []].append(text)
  }

  private mutating func addTypeError(_ path: String, _ expected: String, _ found: JSONValue) {
    errors.append(
      SettingError(path, expected: expected, found: String(decoding: JSONWriter.bytes(found), as: UTF8.self)))
  }

  private mutating func readElement(_ option: Option, _ element: JSONValue, _ path: String) {
    guard option.form == .pool else {
      guard case .string(let text) = element else { return addTypeError(path, "a string", element) }
      return add(option, text, path)
    }
    guard case .object(let members) = element else {
      return addTypeError(path, #"{"base": CIDR, "size": LENGTH}"#, element)
    }
    for member in members where !["base", "size"].contains(member.name) {
      errors.append(
        SettingError("\(path).\(member.name)", "the following directives don't match any configuration option"))
    }
    guard case .string(let base)? = element["base"] else {
      return addTypeError("\(path).base", "a subnet in CIDR notation", element["base"] ?? .null)
    }
    guard case .number(let size)? = element["size"] else {
      return addTypeError("\(path).size", "a number", element["size"] ?? .null)
    }
    add(option, "base=\(base),size=\(size)", path)
  }

  private mutating func readNetworkOptions(_ option: Option, _ member: JSONMember) {
    guard case .object(let drivers) = member.value else { return addTypeError(member.name, "an object", member.value) }
    for driver in drivers {
      let path = "\(member.name).\(driver.name)"
      guard case .object(let options) = driver.value else {
        addTypeError(path, "an object", driver.value)
        continue
      }
      for entry in options {
        guard case .string(let text) = entry.value else {
          addTypeError("\(path).\(entry.name)", "a string", entry.value)
          continue
        }
        add(option, "\(driver.name)=\(entry.name)=\(text)", "\(path).\(entry.name)")
      }
    }
  }

  /// A log driver's options by name, or limits by name, `{"Soft": …, "Hard": …}` each.
  private mutating func readNamed(_ option: Option, _ member: JSONMember) {
    guard case .object(let entries) = member.value else { return addTypeError(member.name, "an object", member.value) }
    for entry in entries {
      let path = "\(member.name).\(entry.name)"
      if option.form == .ulimit {
        guard case .number(let soft)? = entry.value["Soft"], case .number(let hard)? = entry.value["Hard"] else {
          addTypeError(path, #"{"Soft": LIMIT, "Hard": LIMIT}"#, entry.value)
          continue
        }
        add(option, "\(entry.name)=\(soft):\(hard)", path)
      } else {
        guard case .string(let text) = entry.value else {
          addTypeError(path, "a string", entry.value)
          continue
        }
        add(option, "\(entry.name)=\(text)", path)
      }
    }
  }

  /// `{"store": "http://…" or a list, "advertise": …, "prefix": …, "port": …, "tls": …}`: the options of the cluster
  /// flags in one object.
  private mutating func readCluster(_ value: JSONValue) {
    guard case .object(let members) = value else { return addTypeError("cluster", "an object", value) }
    func option(_ name: String) -> Option? { Option.all.first { $0.name == name } }
    for member in members {
      let path = "cluster.\(member.name)"
      switch (member.name, member.value) {
      case ("store", .string(let text)): if let option = option("cluster-store") { add(option, text, path) }
      case ("store", .array(let elements)):
        for (index, element) in elements.enumerated() {
          if let option = option("cluster-store") { readElement(option, element, "\(path)[\(index)]") }
        }
      case ("advertise", .string(let text)): if let option = option("cluster-advertise") { add(option, text, path) }
      case ("prefix", .string(let text)):
        if let option = option("cluster-store-opt") { add(option, "kv.path=\(text)", path) }
      case ("port", .number(let text)): if let option = option("cluster-port") { add(option, text, path) }
      case ("store", _): addTypeError(path, "the address of a server, or a list of them", member.value)
      case ("advertise", _), ("prefix", _): addTypeError(path, "a string", member.value)
      case ("port", _): addTypeError(path, "a number", member.value)
      case ("tls", .object(let files)):
        for file in files {
          let names = ["ca": "kv.cacertfile", "cert": "kv.certfile", "key": "kv.keyfile"]
          guard let name = names[file.name], case .string(let filePath) = file.value else {
            addTypeError("\(path).\(file.name)", "the path of a file for ca, cert or key", file.value)
            continue
          }
          if let option = option("cluster-store-opt") { add(option, "\(name)=\(filePath)", "\(path).\(file.name)") }
        }
      case ("tls", _): addTypeError(path, #"{"ca": PATH, "cert": PATH, "key": PATH}"#, member.value)
      default:
        errors.append(SettingError(path, "the following directives don't match any configuration option"))
      }
    }
  }

  private mutating func readRuntimes(_ value: JSONValue) {
    guard let option = Option.all.first(where: { $0.form == .runtime }) else { return }
    guard case .object(let members) = value else { return addTypeError("runtimes", "an object", value) }
    for member in members {
      guard case .string(let program)? = member.value["path"] else {
        addTypeError("runtimes.\(member.name).path", "a string", member.value["path"] ?? .null)
        continue
      }
      add(option, "\(member.name)=\(program)", "runtimes.\(member.name)")
    }
  }
}

import JSON
import EngineAPI

/// The configuration file: JSON with dockerd's keys.
package enum ConfigurationFile {
  /// Reads the file's settings.
  ///
  /// - Throws: all faults in one message, which begins as dockerd's does.
  package static func settings(_ bytes: [UInt8], path: String) throws(UsageError) -> Settings {
    let (settings, faults) = read(bytes)
    guard faults.isEmpty else {
      throw UsageError(
        "unable to configure the engine with file \(path): \(faults.map(\.description).joined(separator: "; "))")
    }
    return settings
  }

  /// The settings that can be read, and all faults, in the order of the file.
  package static func read(_ bytes: [UInt8]) -> (settings: Settings, faults: [SettingError]) {
    let members: [JSONMember]
    do {
      guard case .object(let list) = try JSONParser.parse(bytes) else { throw JSONError("it is not a JSON object") }
      members = list
    } catch {
      return ([:], [SettingError("(file)", "\(error)")])
    }
    var reading = Reading()
    for member in members { reading.read(member) }
    // Values that could not be read are not validated again.
    let settings = reading.settings
    reading.faults += SettingsValidator.faults(settings) { option, index in
      reading.places[option.name]?[index] ?? option.key ?? option.name
    }
    return (settings, reading.faults)
  }

  private struct Reading {
    var settings: Settings = [:]
    var faults: [SettingError] = []
    /// The location in the file of each value of an option.
    var places: [String: [Int: String]] = [:]

    mutating func read(_ member: JSONMember) {
      if member.name == "runtimes" { return readRuntimes(member.value) }
      if member.name == "cluster" { return readCluster(member.value) }
      guard let option = Option.all.first(where: { $0.key == member.name }) else {
        faults.append(SettingError(member.name, "the following directives don't match any configuration option"))
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
        wrong(member.name, expected, member.value)
      }
    }

    private mutating func add(_ option: Option, _ text: String, _ place: String) {
      places[option.name, default: [:]][settings[option.name]?.count ?? 0] = place
      settings[option.name, default: []].append(text)
    }

    private mutating func wrong(_ place: String, _ expected: String, _ found: JSONValue) {
      faults.append(
        SettingError(place, expected: expected, found: String(decoding: JSONWriter.bytes(found), as: UTF8.self)))
    }

    private mutating func readElement(_ option: Option, _ element: JSONValue, _ place: String) {
      guard option.form == .pool else {
        guard case .string(let text) = element else { return wrong(place, "a string", element) }
        return add(option, text, place)
      }
      guard case .object(let members) = element else {
        return wrong(place, #"{"base": CIDR, "size": LENGTH}"#, element)
      }
      for member in members where !["base", "size"].contains(member.name) {
        faults.append(
          SettingError("\(place).\(member.name)", "the following directives don't match any configuration option"))
      }
      guard case .string(let base)? = element["base"] else {
        return wrong("\(place).base", "a subnet in CIDR notation", element["base"] ?? .null)
      }
      guard case .number(let size)? = element["size"] else {
        return wrong("\(place).size", "a number", element["size"] ?? .null)
      }
      add(option, "base=\(base),size=\(size)", place)
    }

    private mutating func readNetworkOptions(_ option: Option, _ member: JSONMember) {
      guard case .object(let drivers) = member.value else { return wrong(member.name, "an object", member.value) }
      for driver in drivers {
        let place = "\(member.name).\(driver.name)"
        guard case .object(let options) = driver.value else {
          wrong(place, "an object", driver.value)
          continue
        }
        for entry in options {
          guard case .string(let text) = entry.value else {
            wrong("\(place).\(entry.name)", "a string", entry.value)
            continue
          }
          add(option, "\(driver.name)=\(entry.name)=\(text)", "\(place).\(entry.name)")
        }
      }
    }

    /// A log driver's options by name, or limits by name, `{"Soft": …, "Hard": …}` each.
    private mutating func readNamed(_ option: Option, _ member: JSONMember) {
      guard case .object(let entries) = member.value else { return wrong(member.name, "an object", member.value) }
      for entry in entries {
        let place = "\(member.name).\(entry.name)"
        if option.form == .ulimit {
          guard case .number(let soft)? = entry.value["Soft"], case .number(let hard)? = entry.value["Hard"] else {
            wrong(place, #"{"Soft": LIMIT, "Hard": LIMIT}"#, entry.value)
            continue
          }
          add(option, "\(entry.name)=\(soft):\(hard)", place)
        } else {
          guard case .string(let text) = entry.value else {
            wrong(place, "a string", entry.value)
            continue
          }
          add(option, "\(entry.name)=\(text)", place)
        }
      }
    }

    /// `{"store": "http://…" or a list, "advertise": …, "prefix": …, "port": …, "tls": …}`: the options of the cluster
    /// flags in one object.
    private mutating func readCluster(_ value: JSONValue) {
      guard case .object(let members) = value else { return wrong("cluster", "an object", value) }
      func option(_ name: String) -> Option? { Option.all.first { $0.name == name } }
      for member in members {
        let place = "cluster.\(member.name)"
        switch (member.name, member.value) {
        case ("store", .string(let text)): if let option = option("cluster-store") { add(option, text, place) }
        case ("store", .array(let elements)):
          for (index, element) in elements.enumerated() {
            if let option = option("cluster-store") { readElement(option, element, "\(place)[\(index)]") }
          }
        case ("advertise", .string(let text)): if let option = option("cluster-advertise") { add(option, text, place) }
        case ("prefix", .string(let text)):
          if let option = option("cluster-store-opt") { add(option, "kv.path=\(text)", place) }
        case ("port", .number(let text)): if let option = option("cluster-port") { add(option, text, place) }
        case ("store", _): wrong(place, "the address of a server, or a list of them", member.value)
        case ("advertise", _), ("prefix", _): wrong(place, "a string", member.value)
        case ("port", _): wrong(place, "a number", member.value)
        case ("tls", .object(let files)):
          for file in files {
            let names = ["ca": "kv.cacertfile", "cert": "kv.certfile", "key": "kv.keyfile"]
            guard let name = names[file.name], case .string(let path) = file.value else {
              wrong("\(place).\(file.name)", "the path of a file for ca, cert or key", file.value)
              continue
            }
            if let option = option("cluster-store-opt") { add(option, "\(name)=\(path)", "\(place).\(file.name)") }
          }
        case ("tls", _): wrong(place, #"{"ca": PATH, "cert": PATH, "key": PATH}"#, member.value)
        default:
          faults.append(SettingError(place, "the following directives don't match any configuration option"))
        }
      }
    }

    private mutating func readRuntimes(_ value: JSONValue) {
      guard let option = Option.all.first(where: { $0.form == .runtime }) else { return }
      guard case .object(let members) = value else { return wrong("runtimes", "an object", value) }
      for member in members {
        guard case .string(let path)? = member.value["path"] else {
          wrong("runtimes.\(member.name).path", "a string", member.value["path"] ?? .null)
          continue
        }
        add(option, "\(member.name)=\(path)", "runtimes.\(member.name)")
      }
    }
  }

  /// The settings of both. An option in both is an error, as in dockerd.
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

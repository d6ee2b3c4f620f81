import Addressing
import NetworkPlan

/// The given values by option name. Lists keep their order; of other options the last value counts.
package typealias Settings = [String: [String]]

/// A message for the user who wrote the settings.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// One fault of a setting: its location, and what was expected there.
package struct SettingError: Sendable, Hashable, CustomStringConvertible {
  /// In a file the path of the value, `default-address-pools[1].size`; otherwise the option's name.
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

/// Validates settings, each by itself and all together.
package enum SettingsValidator {
  /// - Parameter place: the location that a fault names, from the option and the index of the value.
  package static func faults(_ settings: Settings, place: (Option, Int) -> String) -> [SettingError] {
    var faults: [SettingError] = []
    for option in Option.all {
      for (index, text) in (settings[option.name] ?? []).enumerated() {
        // An empty text means the default.
        guard !text.isEmpty || option.kind == .list else { continue }
        if let expected = option.form.expectation(against: text) {
          faults.append(SettingError(place(option, index), expected: expected, found: "\"\(text)\""))
        }
      }
      if case .only(let values, let sentence) = option.standing, let set = settings[option.name]?.last,
        !values.contains(set)
      {
        faults.append(SettingError(place(option, 0), sentence))
      }
    }
    return faults + conflicts(settings, place: place)
  }

  private static func conflicts(_ settings: Settings, place: (Option, Int) -> String) -> [SettingError] {
    func option(_ name: String) -> Option? { Option.all.first { $0.name == name } }
    var faults: [SettingError] = []
    let pools = (settings["default-address-pool"] ?? []).map(SettingForm.readPool)
    for (index, pool) in pools.enumerated() {
      guard let pool, let option = option("default-address-pool"),
        let other = pools[..<index].compactMap({ $0 }).first(where: { $0.base.overlaps(pool.base) })
      else { continue }
      faults.append(SettingError(place(option, index), "the base \(pool.base) overlaps \(other.base) of another pool"))
    }
    if settings["fixed-cidr-v6"]?.last?.isEmpty == false, settings["ipv6"]?.last != "true",
      let option = option("fixed-cidr-v6")
    {
      faults.append(SettingError(place(option, 0), "it is of no use without ipv6"))
    }
    if settings["bridge"]?.last?.isEmpty == false, settings["bip"]?.last?.isEmpty == false,
      let option = option("bip")
    {
      faults.append(SettingError(place(option, 0), "bip and bridge cannot both be set: a bridge brings its address"))
    }
    if let bip = settings["bip"]?.last.flatMap({ InterfaceAddress($0) }),
      let range = settings["fixed-cidr"]?.last.flatMap({ IPPrefix($0) }), !bip.network.contains(range),
      let option = option("fixed-cidr")
    {
      faults.append(
        SettingError(place(option, 0), "the range \(range) does not lie within the bridge's subnet \(bip.network)"))
    }
    return faults + clusterConflicts(settings, place: place)
  }

  private static func clusterConflicts(_ settings: Settings, place: (Option, Int) -> String) -> [SettingError] {
    func isSet(_ name: String) -> Bool { settings[name]?.last?.isEmpty == false }
    func fault(_ name: String, _ sentence: String) -> [SettingError] {
      Option.all.first { $0.name == name }.map { [SettingError(place($0, 0), sentence)] } ?? []
    }
    if isSet("cluster-store") {
      return isSet("cluster-advertise")
        ? [] : fault("cluster-store", "it needs cluster-advertise, this host's address for the others")
    }
    return ["cluster-advertise", "cluster-store-opt", "cluster-port"].filter(isSet).flatMap {
      fault($0, "it is of no use without cluster-store")
    }
  }
}

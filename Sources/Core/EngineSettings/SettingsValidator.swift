import Addressing
import NetworkPlan

/// Validates settings: first each one, then whether they fit together.
package struct SettingsValidator {
  private let settings: Settings
  /// The path that an error names: from the option, and the index of the value in a list.
  private let path: (Option, Int) -> String

  /// - Parameter path: see ``SettingError/path``. Its arguments are the option, and the index of the value in a list.
  package init(_ settings: Settings, path: @escaping (Option, Int) -> String) {
    self.settings = settings
    self.path = path
  }

  package func errors() -> [SettingError] { valueErrors() + networkConflicts() + clusterConflicts() }

  private func valueErrors() -> [SettingError] {
    var errors: [SettingError] = []
    for option in Option.all {
      for (index, text) in (settings[option.name] ?? []).enumerated() {
        // An empty text means the default.
        guard !text.isEmpty || option.kind == .list else { continue }
        if let expected = option.form.expectation(against: text) {
          errors.append(SettingError(path(option, index), expected: expected, found: "\"\(text)\""))
        }
      }
      if case .acceptsOnly(let values, let message) = option.support, let value = settings[option.name]?.last,
        !values.contains(value)
      {
        errors.append(SettingError(path(option, 0), message))
      }
    }
    return errors
  }

  private func networkConflicts() -> [SettingError] {
    var errors: [SettingError] = []
    let pools = (settings["default-address-pool"] ?? []).map(SettingForm.readPool)
    for (index, pool) in pools.enumerated() {
      guard let pool, let other = pools[..<index].compactMap({ $0 }).first(where: { $0.base.overlaps(pool.base) })
      else { continue }
      errors += error(
        "default-address-pool", "the base \(pool.base) overlaps \(other.base) of another pool", at: index)
    }
    if isSet("fixed-cidr-v6"), value("ipv6") != "true" {
      errors += error("fixed-cidr-v6", "it is of no use without ipv6")
    }
    if isSet("bridge"), isSet("bip") {
      errors += error("bip", "bip and bridge cannot both be set: a bridge brings its address")
    }
    if let bip = value("bip").flatMap({ InterfaceAddress($0) }),
      let range = value("fixed-cidr").flatMap({ IPPrefix($0) }),
      !bip.network.contains(range)
    {
      errors += error("fixed-cidr", "the range \(range) does not lie within the bridge's subnet \(bip.network)")
    }
    return errors
  }

  private func clusterConflicts() -> [SettingError] {
    if isSet("cluster-store") {
      return isSet("cluster-advertise")
        ? [] : error("cluster-store", "it needs cluster-advertise, this host's address for the others")
    }
    return ["cluster-advertise", "cluster-store-opt", "cluster-port"].filter(isSet).flatMap {
      error($0, "it is of no use without cluster-store")
    }
  }

  private func value(_ name: String) -> String? { settings[name]?.last }

  private func isSet(_ name: String) -> Bool { value(name)?.isEmpty == false }

  private func error(_ name: String, _ reason: String, at index: Int = 0) -> [SettingError] {
    Option.all.first { $0.name == name }.map { [SettingError(path($0, index), reason)] } ?? []
  }
}

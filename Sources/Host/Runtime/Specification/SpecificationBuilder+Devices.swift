import EngineModel

extension SpecificationBuilder {
  mutating func addDevices() throws(EngineError) {
    var devices: [OCISpecification.Device] = []
    // The OCI runtime itself allows the standard devices, such as null and zero.
    var rules = [OCISpecification.DeviceRule(allow: false, access: "rwm")]
    if isPrivileged {
      devices = request.hostDevices
      rules = [OCISpecification.DeviceRule(allow: true, access: "rwm")]
    }
    for mapping in hostConfiguration.resources.devices {
      let access = mapping.permissions.isEmpty ? "rwm" : mapping.permissions
      guard !access.isEmpty, access.allSatisfy({ "rwm".contains($0) }) else {
        throw EngineError(.invalidParameter, "invalid device mode: \(mapping.permissions)")
      }
      guard let found = request.devices[mapping.pathOnHost], !found.isEmpty else {
        throw EngineError(
          .invalidParameter,
          "error gathering device information while adding custom device \"\(mapping.pathOnHost)\": no such file or directory"
        )
      }
      let target = mapping.pathInContainer.isEmpty ? mapping.pathOnHost : mapping.pathInContainer
      for var device in found {
        // A folder of devices keeps its structure.
        device.path = target + device.path.dropFirst(mapping.pathOnHost.count)
        devices.removeAll { $0.path == device.path }
        devices.append(device)
        if !isPrivileged {
          rules.append(
            .init(allow: true, type: device.type, major: device.major, minor: device.minor, access: access))
        }
      }
    }
    rules += try deviceRules()
    specification.linux.devices = devices.isEmpty ? nil : devices
    var resources = specification.linux.resources ?? .init()
    resources.devices = rules
    specification.linux.resources = resources
  }

  func deviceRules() throws(EngineError) -> [OCISpecification.DeviceRule] {
    var rules: [OCISpecification.DeviceRule] = []
    for text in hostConfiguration.resources.deviceCgroupRules { rules.append(try Self.rule(text)) }
    return rules
  }

  /// `c 10:200 rwm`; an asterisk means any number.
  private static func rule(_ text: String) throws(EngineError) -> OCISpecification.DeviceRule {
    let invalid = EngineError(.invalidParameter, "invalid device cgroup rule format: '\(text)'")
    let fields = text.split(separator: " ").map(String.init)
    guard fields.count == 3, ["a", "b", "c"].contains(fields[0]) else { throw invalid }
    let numbers = fields[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard numbers.count == 2, !fields[2].isEmpty, fields[2].allSatisfy({ "rwm".contains($0) }) else { throw invalid }
    let parsed = numbers.map { $0 == "*" ? -1 : Int64($0) ?? -2 }
    guard parsed.allSatisfy({ $0 >= -1 }) else { throw invalid }
    return .init(
      allow: true, type: fields[0], major: parsed[0] < 0 ? nil : parsed[0], minor: parsed[1] < 0 ? nil : parsed[1],
      access: fields[2])
  }
}

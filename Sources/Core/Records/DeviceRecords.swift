package import EngineModel

/// A block device's share of I/O.
package struct WeightedDeviceRecord: Codable, Hashable, Sendable {
  let path: String
  let weight: UInt16

  private enum CodingKeys: String, CodingKey {
    case path
    case weight
  }

  package init(_ model: WeightedDevice) {
    path = model.path
    weight = model.weight
  }

  package var model: WeightedDevice {
    WeightedDevice(path: path, weight: weight)
  }
}

/// A block device's limit of bytes or operations per second.
package struct ThrottledDeviceRecord: Codable, Hashable, Sendable {
  let path: String
  let rate: UInt64

  private enum CodingKeys: String, CodingKey {
    case path
    case rate
  }

  package init(_ model: ThrottledDevice) {
    path = model.path
    rate = model.rate
  }

  package var model: ThrottledDevice {
    ThrottledDevice(path: path, rate: rate)
  }
}

/// A device of the host that a container sees.
package struct DeviceMappingRecord: Codable, Hashable, Sendable {
  let pathOnHost: String
  let pathInContainer: String
  let permissions: String

  private enum CodingKeys: String, CodingKey {
    case pathOnHost
    case pathInContainer
    case permissions
  }

  package init(_ model: DeviceMapping) {
    pathOnHost = model.pathOnHost
    pathInContainer = model.pathInContainer
    permissions = model.permissions
  }

  package var model: DeviceMapping {
    DeviceMapping(pathOnHost: pathOnHost, pathInContainer: pathInContainer, permissions: permissions)
  }
}

/// One `ulimit` of a container.
package struct ResourceLimitRecord: Codable, Hashable, Sendable {
  let name: String
  let soft: Int64
  let hard: Int64

  private enum CodingKeys: String, CodingKey {
    case name
    case soft
    case hard
  }

  package init(_ model: ResourceLimit) {
    name = model.name
    soft = model.soft
    hard = model.hard
  }

  package var model: ResourceLimit {
    ResourceLimit(name: name, soft: soft, hard: hard)
  }
}

package import EngineModel

/// A volume as the database stores it.
package struct VolumeRecord: Codable, Hashable, Sendable {
  let name: String
  let driver: String
  let created: Timestamp
  let mountpoint: String
  let labels: [String: String]
  let options: [String: String]
  let isAnonymous: Bool

  private enum CodingKeys: String, CodingKey {
    case name
    case driver
    case created
    case mountpoint
    case labels
    case options
    case isAnonymous
  }

  package init(_ model: Volume) {
    name = model.name
    driver = model.driver
    created = model.created
    mountpoint = model.mountpoint
    labels = model.labels
    options = model.options
    isAnonymous = model.isAnonymous
  }

  package var model: Volume {
    Volume(
      name: name, driver: driver, created: created, mountpoint: mountpoint, labels: labels, options: options,
      isAnonymous: isAnonymous)
  }
}

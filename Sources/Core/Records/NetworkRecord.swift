import Addressing
package import EngineModel

/// A network as the database and the cluster's store hold it.
package struct NetworkRecord: Codable, Hashable, Sendable {
  let id: NetworkID
  let name: String
  let created: Timestamp
  let driver: String
  let scope: StoredText<NetworkScope>
  let enableIPv4: Bool
  let enableIPv6: Bool
  let ipam: IPAMRecord
  let isInternal: Bool
  let isAttachable: Bool
  let isIngress: Bool
  let isConfigurationOnly: Bool
  let configurationFrom: String?
  let options: [String: String]
  let labels: [String: String]
  let adopted: AdoptedLinkRecord?

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case created
    case driver
    case scope
    case enableIPv4
    case enableIPv6
    case ipam
    case isInternal
    case isAttachable
    case isIngress
    case isConfigurationOnly
    case configurationFrom
    case options
    case labels
    case adopted
  }

  package init(_ model: Network) {
    id = model.id
    name = model.name
    created = model.created
    driver = model.driver.rawValue
    scope = StoredText(model.scope)
    enableIPv4 = model.enableIPv4
    enableIPv6 = model.enableIPv6
    ipam = IPAMRecord(model.ipam)
    isInternal = model.isInternal
    isAttachable = model.isAttachable
    isIngress = model.isIngress
    isConfigurationOnly = model.isConfigurationOnly
    configurationFrom = model.configurationFrom
    options = model.options
    labels = model.labels
    adopted = model.adopted.map(AdoptedLinkRecord.init)
  }

  package var model: Network {
    var model = Network(
      id: id, name: name, created: created, driver: NetworkDriver(rawValue: driver), scope: scope.value,
      enableIPv4: enableIPv4, enableIPv6: enableIPv6, ipam: ipam.model, isInternal: isInternal,
      isAttachable: isAttachable, isIngress: isIngress, isConfigurationOnly: isConfigurationOnly,
      configurationFrom: configurationFrom, options: options, labels: labels)
    model.adopted = adopted?.model
    return model
  }
}

/// A link that existed before the network, as the network's record holds it.
package struct AdoptedLinkRecord: Codable, Hashable, Sendable {
  let name: InterfaceName
  let addresses: Set<InterfaceAddress>

  private enum CodingKeys: String, CodingKey {
    case name
    case addresses
  }

  package init(_ model: AdoptedLink) {
    name = model.name
    addresses = model.addresses
  }

  package var model: AdoptedLink {
    AdoptedLink(name: name, addresses: addresses)
  }
}

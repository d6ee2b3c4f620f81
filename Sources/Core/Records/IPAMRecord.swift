import Addressing
package import EngineModel

/// Where a network's addresses come from, as its record holds it.
package struct IPAMRecord: Codable, Hashable, Sendable {
  let driver: String
  let options: [String: String]
  let pools: [AddressPoolRecord]

  private enum CodingKeys: String, CodingKey {
    case driver
    case options
    case pools
  }

  package init(_ model: IPAMConfiguration) {
    driver = model.driver
    options = model.options
    pools = model.pools.map(AddressPoolRecord.init)
  }

  package var model: IPAMConfiguration {
    IPAMConfiguration(driver: driver, options: options, pools: pools.map(\.model))
  }
}

/// One subnet of a network.
package struct AddressPoolRecord: Codable, Hashable, Sendable {
  let subnet: IPPrefix?
  let range: IPPrefix?
  let gateway: IPAddress?
  let auxiliaryAddresses: [String: IPAddress]
  let isChosen: Bool?
  let pluginID: String?

  private enum CodingKeys: String, CodingKey {
    case subnet
    case range
    case gateway
    case auxiliaryAddresses
    case isChosen
    case pluginID
  }

  package init(_ model: AddressPool) {
    subnet = model.subnet
    range = model.range
    gateway = model.gateway
    auxiliaryAddresses = model.auxiliaryAddresses
    isChosen = model.isAutomatic
    pluginID = model.pluginID
  }

  package var model: AddressPool {
    var model = AddressPool(subnet: subnet, range: range, gateway: gateway, auxiliaryAddresses: auxiliaryAddresses)
    model.isAutomatic = isChosen
    model.pluginID = pluginID
    return model
  }
}

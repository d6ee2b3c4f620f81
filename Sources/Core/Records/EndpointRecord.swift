import Addressing
package import EngineModel

/// One container's attachment to one network, as the container's record holds it.
package struct EndpointRecord: Codable, Hashable, Sendable {
  let id: EndpointID
  let network: NetworkID
  let container: ContainerID
  let settings: EndpointSettingsRecord
  let mac: MACAddress?
  let ipv4: InterfaceAddress?
  let ipv6: InterfaceAddress?
  let gateway4: IPv4Address?
  let gateway6: IPv6Address?
  let interface: InterfaceName?
  let member: Int?
  let place: PluginEndpointRecord?

  private enum CodingKeys: String, CodingKey {
    case id
    case network
    case container
    case settings
    case mac
    case ipv4
    case ipv6
    case gateway4
    case gateway6
    case interface
    case member
    case place
  }

  package init(_ model: Endpoint) {
    id = model.id
    network = model.network
    container = model.container
    settings = EndpointSettingsRecord(model.settings)
    mac = model.mac
    ipv4 = model.ipv4
    ipv6 = model.ipv6
    gateway4 = model.gateway4
    gateway6 = model.gateway6
    interface = model.interface
    member = model.bridgeMember
    place = model.pluginEndpoint.map(PluginEndpointRecord.init)
  }

  package var model: Endpoint {
    var model = Endpoint(
      id: id, network: network, container: container, settings: settings.model, mac: mac, ipv4: ipv4, ipv6: ipv6,
      gateway4: gateway4, gateway6: gateway6, interface: interface)
    model.bridgeMember = member
    model.pluginEndpoint = place?.model
    return model
  }
}

/// What a user asked of one attachment.
package struct EndpointSettingsRecord: Codable, Hashable, Sendable {
  let aliases: [String]
  let links: [String]
  let ipv4: IPv4Address?
  let ipv6: IPv6Address?
  let linkLocalAddresses: [IPAddress]
  let mac: MACAddress?
  let driverOptions: [String: String]
  let gatewayPriority: Int

  private enum CodingKeys: String, CodingKey {
    case aliases
    case links
    case ipv4
    case ipv6
    case linkLocalAddresses
    case mac
    case driverOptions
    case gatewayPriority
  }

  package init(_ model: EndpointSettings) {
    aliases = model.aliases
    links = model.links
    ipv4 = model.ipv4
    ipv6 = model.ipv6
    linkLocalAddresses = model.linkLocalAddresses
    mac = model.mac
    driverOptions = model.driverOptions
    gatewayPriority = model.gatewayPriority
  }

  package var model: EndpointSettings {
    EndpointSettings(
      aliases: aliases, links: links, ipv4: ipv4, ipv6: ipv6, linkLocalAddresses: linkLocalAddresses, mac: mac,
      driverOptions: driverOptions, gatewayPriority: gatewayPriority)
  }
}

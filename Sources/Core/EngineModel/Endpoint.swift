package import Addressing

/// A container's attachment to a network: its settings, and its addresses while the container runs.
package struct Endpoint: Sendable, Hashable {
  package let id: EndpointID
  package let network: NetworkID
  package let container: ContainerID
  package var settings: EndpointSettings
  /// The MAC address on this network.
  package var mac: MACAddress?
  package var ipv4: InterfaceAddress?
  package var ipv6: InterfaceAddress?
  package var gateway4: IPv4Address?
  package var gateway6: IPv6Address?
  /// The interface name inside the container: `eth0`, `eth1`, ….
  package var interface: InterfaceName?
  /// The number of the network's bridge that it is on: 0 is the network's own, others are member bridges. `nil` if the
  /// network has one bridge.
  package var bridgeMember: Int?
  /// What a network plugin created for this endpoint; `nil` if no plugin knows it.
  package var pluginEndpoint: PluginEndpoint?

  package init(
    id: EndpointID, network: NetworkID, container: ContainerID, settings: EndpointSettings, mac: MACAddress? = nil,
    ipv4: InterfaceAddress? = nil, ipv6: InterfaceAddress? = nil, gateway4: IPv4Address? = nil,
    gateway6: IPv6Address? = nil, interface: InterfaceName? = nil
  ) {
    self.id = id
    self.network = network
    self.container = container
    self.settings = settings
    self.mac = mac
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.gateway4 = gateway4
    self.gateway6 = gateway6
    self.interface = interface
  }

  /// A copy of the settings with a new id and without addresses.
  package func withNewIdentity() -> Endpoint {
    Endpoint(id: .random(), network: network, container: container, settings: settings)
  }

  package var addresses: [IPAddress] { [ipv4?.address, ipv6?.address].compactMap(\.self) }
}

/// What a user requests for one endpoint (`EndpointSettings` in the Docker API).
package struct EndpointSettings: Sendable, Hashable {
  package var aliases: [String]
  package var links: [String]
  package var ipv4: IPv4Address?
  package var ipv6: IPv6Address?
  package var linkLocalAddresses: [IPAddress]
  package var mac: MACAddress?
  package var driverOptions: [String: String]
  /// The network with the highest priority provides the default gateway.
  package var gatewayPriority: Int

  package init(
    aliases: [String] = [], links: [String] = [], ipv4: IPv4Address? = nil, ipv6: IPv6Address? = nil,
    linkLocalAddresses: [IPAddress] = [], mac: MACAddress? = nil, driverOptions: [String: String] = [:],
    gatewayPriority: Int = 0
  ) {
    self.aliases = aliases
    self.links = links
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.linkLocalAddresses = linkLocalAddresses
    self.mac = mac
    self.driverOptions = driverOptions
    self.gatewayPriority = gatewayPriority
  }
}

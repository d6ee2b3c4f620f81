public import Addressing

/// A container's place on a network: what was asked for, and what it was given while the container runs.
public struct Endpoint: Sendable, Hashable {
  public let id: EndpointID
  public let network: NetworkID
  public let container: ContainerID
  public var settings: EndpointSettings
  /// Hardware address on this network.
  public var mac: MACAddress?
  public var ipv4: InterfaceAddress?
  public var ipv6: InterfaceAddress?
  public var gateway4: IPv4Address?
  public var gateway6: IPv6Address?
  /// The link's name inside the container, `eth0` upwards.
  public var interface: InterfaceName?
  /// Which of the network's bridges it stands on, the network's own being 0; `nil` where that is no matter.
  public var member: Int?
  /// What a network plugin holds and made for this endpoint; `nil` when no plugin knows of it.
  public var place: PluginEndpoint?

  public init(
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

  /// The same wish under an identity that nobody has heard of.
  public func reborn() -> Endpoint {
    Endpoint(id: .random(), network: network, container: container, settings: settings)
  }

  public var addresses: [IPAddress] { [ipv4?.address, ipv6?.address].compactMap(\.self) }
}

/// What a user asks of one attachment (`EndpointSettings` in the Docker API).
public struct EndpointSettings: Sendable, Hashable {
  public var aliases: [String]
  public var links: [String]
  public var ipv4: IPv4Address?
  public var ipv6: IPv6Address?
  public var linkLocalAddresses: [IPAddress]
  public var mac: MACAddress?
  public var driverOptions: [String: String]
  /// The network with the highest priority gives the default gateway.
  public var gatewayPriority: Int

  public init(
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

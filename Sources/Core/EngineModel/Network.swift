public import Addressing

/// A network: what the user requested, completed by the engine when it was created.
public struct Network: Sendable, Hashable {
  public let id: NetworkID
  public var name: String
  public var created: Timestamp
  public var driver: NetworkDriver
  public var scope: NetworkScope
  public var enableIPv4: Bool
  public var enableIPv6: Bool
  public var ipam: IPAMConfiguration
  /// Without external connectivity; names are not forwarded to name servers.
  public var isInternal: Bool
  public var isAttachable: Bool
  public var isIngress: Bool
  /// Holds options for other networks and cannot be used itself.
  public var isConfigurationOnly: Bool
  /// The name of the configuration-only network that this network takes its options from.
  public var configurationFrom: String?
  /// Driver options such as `com.docker.network.bridge.name`.
  public var options: [String: String]
  public var labels: [String: String]
  /// The host link that the network uses and did not create; `nil` if it creates its own.
  public var adopted: AdoptedLink?

  public init(
    id: NetworkID, name: String, created: Timestamp, driver: NetworkDriver = .bridge, scope: NetworkScope = .local,
    enableIPv4: Bool = true, enableIPv6: Bool = false, ipam: IPAMConfiguration = IPAMConfiguration(),
    isInternal: Bool = false, isAttachable: Bool = false, isIngress: Bool = false, isConfigurationOnly: Bool = false,
    configurationFrom: String? = nil, options: [String: String] = [:], labels: [String: String] = [:]
  ) {
    self.id = id
    self.name = name
    self.created = created
    self.driver = driver
    self.scope = scope
    self.enableIPv4 = enableIPv4
    self.enableIPv6 = enableIPv6
    self.ipam = ipam
    self.isInternal = isInternal
    self.isAttachable = isAttachable
    self.isIngress = isIngress
    self.isConfigurationOnly = isConfigurationOnly
    self.configurationFrom = configurationFrom
    self.options = options
    self.labels = labels
  }

  /// `bridge`, `host` and `none` always exist and cannot be removed.
  public var isPredefined: Bool { Self.predefinedNames.contains(name) }
  public static let predefinedNames: Set<String> = ["bridge", "host", "none"]

  /// Names do not resolve on the default bridge, as in Docker.
  public var isDefaultBridge: Bool { driver == .bridge && name == "bridge" }

  /// The gateway network, for containers whose own networks have no external connectivity. The name is Docker's.
  public var isGatewayBridge: Bool { driver == .bridge && name == Self.gatewayBridgeName }
  public static let gatewayBridgeName = "docker_gwbridge"
}

/// A host link that existed before the network and stays after it: a bridge named by `com.docker.network.bridge.name`,
/// or a macvlan parent.
public struct AdoptedLink: Sendable, Hashable {
  public let name: InterfaceName
  /// The addresses that it had before; the engine does not remove them.
  public let addresses: Set<InterfaceAddress>

  public init(name: InterfaceName, addresses: Set<InterfaceAddress> = []) {
    self.name = name
    self.addresses = addresses
  }
}

/// The driver's name in the Docker API. A name that is not built in belongs to a plugin.
public struct NetworkDriver: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let bridge = NetworkDriver(rawValue: "bridge")
  public static let host = NetworkDriver(rawValue: "host")
  /// The driver behind the network `none`.
  public static let null = NetworkDriver(rawValue: "null")
  public static let macvlan = NetworkDriver(rawValue: "macvlan")
  public static let ipvlan = NetworkDriver(rawValue: "ipvlan")
  public static let overlay = NetworkDriver(rawValue: "overlay")

  public var description: String { rawValue }
}

public enum NetworkScope: String, Sendable, Hashable, CaseIterable {
  case local
  case global
  case swarm
}

/// The source of a network's addresses.
public struct IPAMConfiguration: Sendable, Hashable {
  public var driver: String
  public var options: [String: String]
  /// One or more pools. After creation, each has a subnet and a gateway.
  public var pools: [AddressPool]

  /// Whether a plugin assigns the addresses.
  public var isPlugin: Bool { !["", "default", "null"].contains(driver) }

  public init(driver: String = "default", options: [String: String] = [:], pools: [AddressPool] = []) {
    self.driver = driver
    self.options = options
    self.pools = pools
  }
}

/// One subnet of a network. A request may omit the subnet: the engine then chooses one from its default pools.
public struct AddressPool: Sendable, Hashable {
  public var subnet: IPPrefix?
  /// The part of the subnet from which the engine takes leases.
  public var range: IPPrefix?
  public var gateway: IPAddress?
  /// Addresses that the engine never leases, by name.
  public var auxiliaryAddresses: [String: IPAddress]
  /// Whether the engine chose the subnet. A user cannot request an address of such a subnet. `nil`: the user chose it.
  public var isAutomatic: Bool?
  /// The pool's id at an IPAM plugin; `nil` for the engine's own IPAM.
  public var pluginID: String?

  public init(
    subnet: IPPrefix? = nil, range: IPPrefix? = nil, gateway: IPAddress? = nil,
    auxiliaryAddresses: [String: IPAddress] = [:]
  ) {
    self.subnet = subnet
    self.range = range
    self.gateway = gateway
    self.auxiliaryAddresses = auxiliaryAddresses
  }
}

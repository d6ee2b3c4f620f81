public import Addressing

/// A network as the user asked for it and as it was completed when it was made: the intent that is kept.
public struct Network: Sendable, Hashable {
  public let id: NetworkID
  public var name: String
  public var created: Timestamp
  public var driver: NetworkDriver
  public var scope: NetworkScope
  public var enableIPv4: Bool
  public var enableIPv6: Bool
  public var ipam: IPAMConfiguration
  /// No route to the outside, and no forwarding of names to it.
  public var isInternal: Bool
  public var isAttachable: Bool
  public var isIngress: Bool
  /// Holds options for other networks and is none itself.
  public var isConfigurationOnly: Bool
  /// The name of the configuration-only network that this one was made from.
  public var configurationFrom: String?
  /// Driver options, `com.docker.network.bridge.name` and the like.
  public var options: [String: String]
  public var labels: [String: String]
  /// The link of the host that the network stands on without having made it; `nil` when it makes what it needs.
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

  /// `bridge`, `host` and `none` are there from the start and cannot be removed.
  public var isPredefined: Bool { Self.predefinedNames.contains(name) }
  public static let predefinedNames: Set<String> = ["bridge", "host", "none"]

  /// The default bridge: as in Docker, names do not resolve on it.
  public var isDefaultBridge: Bool { driver == .bridge && name == "bridge" }

  /// The bridge by which containers go out whose own networks do not lead out. The name is Docker's.
  public var isGatewayBridge: Bool { driver == .bridge && name == Self.gatewayBridgeName }
  public static let gatewayBridgeName = "docker_gwbridge"
}

/// A link that was there before the network: a bridge named by `com.docker.network.bridge.name`, a macvlan's parent. It
/// belongs to somebody else and outlives the network.
public struct AdoptedLink: Sendable, Hashable {
  public let name: InterfaceName
  /// The addresses it had then: they are not ours to take away.
  public let addresses: Set<InterfaceAddress>

  public init(name: InterfaceName, addresses: Set<InterfaceAddress> = []) {
    self.name = name
    self.addresses = addresses
  }
}

/// The driver's name as Docker's API has it; a name that is not one of ours is a plugin's.
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

/// Where a network's addresses come from.
public struct IPAMConfiguration: Sendable, Hashable {
  public var driver: String
  public var options: [String: String]
  /// One or more pools; after creation each has its subnet and gateway.
  public var pools: [AddressPool]

  /// Whether a plugin gives the addresses.
  public var isPlugin: Bool { !["", "default", "null"].contains(driver) }

  public init(driver: String = "default", options: [String: String] = [:], pools: [AddressPool] = []) {
    self.driver = driver
    self.options = options
    self.pools = pools
  }
}

/// One subnet of a network. In a request the subnet may be missing: the engine then chooses one from its default pools.
public struct AddressPool: Sendable, Hashable {
  public var subnet: IPPrefix?
  /// The part of the subnet from which addresses are handed out.
  public var range: IPPrefix?
  public var gateway: IPAddress?
  /// Addresses that are somebody else's, by name; never handed out.
  public var auxiliaryAddresses: [String: IPAddress]
  /// The engine chose the subnet, so nobody can count on an address of it; `nil` when the user did.
  public var isChosen: Bool?
  /// The name that an IPAM plugin has given the pool; `nil` for the engine's own.
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

package import Addressing

/// A network: what the user requested, completed by the engine when it was created.
package struct Network: Sendable, Hashable {
  package let id: NetworkID
  package var name: String
  package var created: Timestamp
  package var driver: NetworkDriver
  package var scope: NetworkScope
  package var enableIPv4: Bool
  package var enableIPv6: Bool
  package var ipam: IPAMConfiguration
  /// Without external connectivity; names are not forwarded to name servers.
  package var isInternal: Bool
  package var isAttachable: Bool
  package var isIngress: Bool
  /// Holds options for other networks and cannot be used itself.
  package var isConfigurationOnly: Bool
  /// The name of the configuration-only network that this network takes its options from.
  package var configurationFrom: String?
  /// Driver options such as `com.docker.network.bridge.name`.
  package var options: [String: String]
  package var labels: [String: String]
  /// The host link that the network uses and did not create; `nil` if it creates its own.
  package var adopted: AdoptedLink?

  package init(
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
  package var isPredefined: Bool { Self.predefinedNames.contains(name) }
  package static let predefinedNames: Set<String> = ["bridge", "host", "none"]

  /// Names do not resolve on the default bridge, as in Docker.
  package var isDefaultBridge: Bool { driver == .bridge && name == "bridge" }

  /// The gateway network, for containers whose own networks have no external connectivity. The name is Docker's.
  package var isGatewayBridge: Bool { driver == .bridge && name == Self.gatewayBridgeName }
  package static let gatewayBridgeName = "docker_gwbridge"
}

/// A host link that existed before the network and stays after it: a bridge named by `com.docker.network.bridge.name`,
/// or a macvlan parent.
package struct AdoptedLink: Sendable, Hashable {
  package let name: InterfaceName
  /// The addresses that it had before; the engine does not remove them.
  package let addresses: Set<InterfaceAddress>

  package init(name: InterfaceName, addresses: Set<InterfaceAddress> = []) {
    self.name = name
    self.addresses = addresses
  }
}

/// The driver's name in the Docker API. A name that is not built in belongs to a plugin.
package struct NetworkDriver: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package static let bridge = NetworkDriver(rawValue: "bridge")
  package static let host = NetworkDriver(rawValue: "host")
  /// The driver behind the network `none`.
  package static let null = NetworkDriver(rawValue: "null")
  package static let macvlan = NetworkDriver(rawValue: "macvlan")
  package static let ipvlan = NetworkDriver(rawValue: "ipvlan")
  package static let overlay = NetworkDriver(rawValue: "overlay")

  package var description: String { rawValue }
}

package enum NetworkScope: String, Sendable, Hashable, CaseIterable {
  case local
  case global
  case swarm
}

/// The source of a network's addresses.
package struct IPAMConfiguration: Sendable, Hashable {
  package var driver: String
  package var options: [String: String]
  /// One or more pools. After creation, each has a subnet and a gateway.
  package var pools: [AddressPool]

  /// Whether a plugin assigns the addresses.
  package var isPlugin: Bool { !["", "default", "null"].contains(driver) }

  package init(driver: String = "default", options: [String: String] = [:], pools: [AddressPool] = []) {
    self.driver = driver
    self.options = options
    self.pools = pools
  }
}

/// One subnet of a network. A request may omit the subnet: the engine then chooses one from its default pools.
package struct AddressPool: Sendable, Hashable {
  package var subnet: IPPrefix?
  /// The part of the subnet from which the engine takes leases.
  package var range: IPPrefix?
  package var gateway: IPAddress?
  /// Addresses that the engine never leases, by name.
  package var auxiliaryAddresses: [String: IPAddress]
  /// Whether the engine chose the subnet. A user cannot request an address of such a subnet. `nil`: the user chose it.
  package var isAutomatic: Bool?
  /// The pool's id at an IPAM plugin; `nil` for the engine's own IPAM.
  package var pluginID: String?

  package init(
    subnet: IPPrefix? = nil, range: IPPrefix? = nil, gateway: IPAddress? = nil,
    auxiliaryAddresses: [String: IPAddress] = [:]
  ) {
    self.subnet = subnet
    self.range = range
    self.gateway = gateway
    self.auxiliaryAddresses = auxiliaryAddresses
  }
}

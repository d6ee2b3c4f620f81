package import Addressing
package import EngineModel

/// The parsed options of a bridge network.
package struct BridgeOptions: Sendable, Hashable {
  /// How external hosts reach containers (`com.docker.network.bridge.gateway_mode_ipv4` and `…_ipv6`).
  package enum GatewayMode: String, Sendable, Hashable {
    /// Published ports only, with DNAT; containers are masqueraded.
    case nat
    /// As `nat`; in addition, every port is reachable for those who can route to the container.
    case natUnprotected = "nat-unprotected"
    /// No NAT: published ports are reachable at the container's own address.
    case routed
    /// The bridge has no address of this family.
    case isolated

    var translates: Bool { self == .nat || self == .natUnprotected }
  }

  package let bridgeName: InterfaceName
  package let isICCEnabled: Bool
  package let masquerades: Bool
  /// The host address of published ports without an address.
  package let hostBinding: IPAddress?
  package let mtu: UInt32?
  package let gatewayMode4: GatewayMode
  package let gatewayMode6: GatewayMode
  package let inhibitsIPv4: Bool
  /// Interfaces of the host from which published ports are reachable at the containers' own addresses.
  package let trustedInterfaces: [InterfaceName]
  /// The source address of containers' packets on other links, instead of that of the outgoing link.
  package let source4: IPv4Address?
  package let source6: IPv6Address?
  /// The beginning of interface names inside containers; default `eth`.
  package let containerInterfacePrefix: String
  /// Whether the engine removes drift of the network's links.
  package let healsItself: Bool
  /// Whether frames with a forged source MAC or IP address are dropped.
  package let preventsForgery: Bool
  /// The number of containers on one bridge before the network gets a further one.
  package let containersPerBridge: Int

  /// The other ports are for member bridges.
  static let maximumContainersPerBridge = BridgeDriver.maximumPorts - BridgeMember.maximumCount

  package static let nameKey = "com.docker.network.bridge.name"
  package static let iccKey = "com.docker.network.bridge.enable_icc"
  package static let masqueradeKey = "com.docker.network.bridge.enable_ip_masquerade"
  static let bindingKey = "com.docker.network.bridge.host_binding_ipv4"
  static let mtuKey = "com.docker.network.driver.mtu"
  static let mode4Key = "com.docker.network.bridge.gateway_mode_ipv4"
  static let mode6Key = "com.docker.network.bridge.gateway_mode_ipv6"
  static let inhibitKey = "com.docker.network.bridge.inhibit_ipv4"
  static let trustedKey = "com.docker.network.bridge.trusted_host_interfaces"
  static let source4Key = "com.docker.network.host_ipv4"
  static let source6Key = "com.docker.network.host_ipv6"
  static let prefixKey = "com.docker.network.container_iface_prefix"
  package static let healingKey = "com.causeway.network.self_healing"
  package static let forgeryKey = "com.causeway.network.prevent_forgery"
  /// Marks the default network; stored and shown, without effect.
  static let defaultKey = "com.docker.network.bridge.default_bridge"

  static let containersKey = "com.causeway.network.containers_per_bridge"

  static let keys: Set<String> = [
    nameKey, iccKey, masqueradeKey, bindingKey, mtuKey, mode4Key, mode6Key, inhibitKey, trustedKey, source4Key,
    source6Key, prefixKey, forgeryKey, healingKey, defaultKey, containersKey,
  ]

  /// - Throws: `invalidParameter` with the option and the value, in dockerd's words.
  package init(_ network: Network) throws(EngineError) {
    let reader = OptionReader(network.options)
    if let name = network.options[Self.nameKey], !name.isEmpty {
      guard let parsed = InterfaceName(name) else {
        throw EngineError(.invalidParameter, "invalid interface name \"\(name)\" for option \(Self.nameKey)")
      }
      bridgeName = parsed
    } else {
      bridgeName = network.isDefaultBridge ? BridgeDriver.defaultBridgeName : BridgeDriver.bridgeName(for: network.id)
    }
    func noAddress(_ text: String) -> String { "nil ip" }
    func mode(_ key: String) throws(EngineError) -> GatewayMode {
      try reader.value(key, { "unknown gateway mode \($0)" }, GatewayMode.init(rawValue:)) ?? .nat
    }
    isICCEnabled = try reader.flag(Self.iccKey) ?? true
    masquerades = try reader.flag(Self.masqueradeKey) ?? true
    hostBinding = try reader.value(Self.bindingKey, noAddress) { IPAddress($0) }
    mtu = try reader.mtu(atLeast: network.minimumMTU)
    gatewayMode4 = try mode(Self.mode4Key)
    gatewayMode6 = try mode(Self.mode6Key)
    inhibitsIPv4 = try reader.flag(Self.inhibitKey) ?? false
    trustedInterfaces =
      try reader.value(Self.trustedKey, { _ in "give a list of interface names, separated by colons" }) { text in
        let fields = text.split(separator: ":")
        let names = fields.compactMap { InterfaceName(String($0)) }
        return names.count == fields.count ? names : nil
      } ?? []
    source4 = try reader.value(Self.source4Key, noAddress) { IPv4Address($0) }
    source6 = try reader.value(Self.source6Key, noAddress) { IPv6Address($0) }
    containerInterfacePrefix =
      try reader.value(Self.prefixKey, { _ in "give the beginning of an interface name, at most 12 bytes" }) {
        $0.utf8.count <= 12 && InterfaceName($0) != nil ? $0 : nil
      } ?? "eth"
    healsItself = try reader.flag(Self.healingKey) ?? true
    containersPerBridge =
      try reader.value(Self.containersKey, { _ in "give a number from 1 to \(Self.maximumContainersPerBridge)" }) {
        Int($0).flatMap { (1...Self.maximumContainersPerBridge).contains($0) ? $0 : nil }
      } ?? Self.maximumContainersPerBridge
    preventsForgery = try reader.flag(Self.forgeryKey) ?? true
    guard gatewayMode4 != .isolated && gatewayMode6 != .isolated || network.isInternal else {
      throw EngineError(
        .invalidParameter, "gateway mode 'isolated' can only be used for an internal network")
    }
  }

  package func gatewayMode(_ family: AddressFamily) -> GatewayMode {
    family == .ipv4 ? gatewayMode4 : gatewayMode6
  }
}

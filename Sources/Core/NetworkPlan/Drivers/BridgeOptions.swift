public import Addressing
public import EngineModel

/// The options of a bridge network, parsed and checked.
public struct BridgeOptions: Sendable, Hashable {
  /// How containers are reached from outside (`com.docker.network.bridge.gateway_mode_ipv4` and `…_ipv6`).
  public enum GatewayMode: String, Sendable, Hashable {
    /// Only published ports, translated; containers go out under the host's address.
    case nat
    /// As `nat`, and every port is open to those who can route to the container.
    case natUnprotected = "nat-unprotected"
    /// No translation: published ports are open at the container's own address.
    case routed
    /// The bridge has no address of this family.
    case isolated

    var translates: Bool { self == .nat || self == .natUnprotected }
  }

  public let bridgeName: InterfaceName
  public let isICCEnabled: Bool
  public let masquerades: Bool
  /// Where ports are published when the user names no address.
  public let hostBinding: IPAddress?
  public let mtu: UInt32?
  public let gatewayMode4: GatewayMode
  public let gatewayMode6: GatewayMode
  public let inhibitsIPv4: Bool
  /// Links of the host whose neighbours may go to published ports at the containers' own addresses.
  public let trustedInterfaces: [InterfaceName]
  /// The address of the host under which containers go out, instead of the one that the route suggests.
  public let source4: IPv4Address?
  public let source6: IPv6Address?
  /// How interfaces are named inside containers, `eth` if nothing else is said.
  public let containerInterfacePrefix: String
  /// Whether the engine restores what others change of the network's links.
  public let healsItself: Bool
  /// Whether frames are checked for their sender's own addresses.
  public let preventsForgery: Bool
  /// How many containers stand on one bridge before another one is joined to it.
  public let containersPerBridge: Int

  /// The rest of the kernel's 1,023 ports is for joining bridges.
  static let mostContainersPerBridge = BridgeDriver.maximumPorts - BridgeMember.most

  public static let nameKey = "com.docker.network.bridge.name"
  public static let iccKey = "com.docker.network.bridge.enable_icc"
  public static let masqueradeKey = "com.docker.network.bridge.enable_ip_masquerade"
  static let bindingKey = "com.docker.network.bridge.host_binding_ipv4"
  static let mtuKey = "com.docker.network.driver.mtu"
  static let mode4Key = "com.docker.network.bridge.gateway_mode_ipv4"
  static let mode6Key = "com.docker.network.bridge.gateway_mode_ipv6"
  static let inhibitKey = "com.docker.network.bridge.inhibit_ipv4"
  static let trustedKey = "com.docker.network.bridge.trusted_host_interfaces"
  static let source4Key = "com.docker.network.host_ipv4"
  static let source6Key = "com.docker.network.host_ipv6"
  static let prefixKey = "com.docker.network.container_iface_prefix"
  public static let healingKey = "com.causeway.network.self_healing"
  public static let forgeryKey = "com.causeway.network.prevent_forgery"
  /// Says which network is the default one; kept for showing.
  static let defaultKey = "com.docker.network.bridge.default_bridge"

  static let containersKey = "com.causeway.network.containers_per_bridge"

  static let keys: Set<String> = [
    nameKey, iccKey, masqueradeKey, bindingKey, mtuKey, mode4Key, mode6Key, inhibitKey, trustedKey, source4Key,
    source6Key, prefixKey, forgeryKey, healingKey, defaultKey, containersKey,
  ]

  /// - Throws: `invalidParameter` that names the option and the value, in dockerd's words.
  public init(_ network: Network) throws(EngineError) {
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
      try reader.value(Self.trustedKey, { _ in "a list of interface names, separated by colons, is needed" }) { text in
        let words = text.split(separator: ":")
        let names = words.compactMap { InterfaceName(String($0)) }
        return names.count == words.count ? names : nil
      } ?? []
    source4 = try reader.value(Self.source4Key, noAddress) { IPv4Address($0) }
    source6 = try reader.value(Self.source6Key, noAddress) { IPv6Address($0) }
    containerInterfacePrefix =
      try reader.value(Self.prefixKey, { _ in "the beginning of an interface name, at most 12 bytes, is needed" }) {
        $0.utf8.count <= 12 && InterfaceName($0) != nil ? $0 : nil
      } ?? "eth"
    healsItself = try reader.flag(Self.healingKey) ?? true
    containersPerBridge =
      try reader.value(Self.containersKey, { _ in "a number from 1 to \(Self.mostContainersPerBridge) is needed" }) {
        Int($0).flatMap { (1...Self.mostContainersPerBridge).contains($0) ? $0 : nil }
      } ?? Self.mostContainersPerBridge
    preventsForgery = try reader.flag(Self.forgeryKey) ?? true
    guard gatewayMode4 != .isolated && gatewayMode6 != .isolated || network.isInternal else {
      throw EngineError(
        .invalidParameter, "gateway mode 'isolated' can only be used for an internal network")
    }
  }

  public func gatewayMode(_ family: AddressFamily) -> GatewayMode {
    family == .ipv4 ? gatewayMode4 : gatewayMode6
  }
}

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
  }

  public let bridgeName: InterfaceName
  public let allowsContainersToTalk: Bool
  public let masquerades: Bool
  /// Where ports are published when the user names no address.
  public let hostBinding: IPv4Address?
  public let mtu: UInt32?
  public let gatewayMode4: GatewayMode
  public let gatewayMode6: GatewayMode
  public let inhibitsIPv4: Bool
  /// How interfaces are named inside containers, `eth` if nothing else is said.
  public let containerInterfacePrefix: String
  /// Whether frames are checked for their sender's own addresses.
  public let preventsForgery: Bool

  public static let nameKey = "com.docker.network.bridge.name"
  static let talkKey = "com.docker.network.bridge.enable_icc"
  static let masqueradeKey = "com.docker.network.bridge.enable_ip_masquerade"
  static let bindingKey = "com.docker.network.bridge.host_binding_ipv4"
  static let mtuKey = "com.docker.network.driver.mtu"
  static let mode4Key = "com.docker.network.bridge.gateway_mode_ipv4"
  static let mode6Key = "com.docker.network.bridge.gateway_mode_ipv6"
  static let inhibitKey = "com.docker.network.bridge.inhibit_ipv4"
  static let prefixKey = "com.docker.network.container_iface_prefix"
  public static let forgeryKey = "com.causeway.network.prevent_forgery"

  /// - Throws: `invalidParameter` that names the option and the value.
  public init(_ network: Network) throws(EngineError) {
    let reader = OptionReader(network.options)
    if let name = network.options[Self.nameKey] {
      guard let parsed = InterfaceName(name) else {
        throw EngineError(.invalidParameter, "invalid interface name \"\(name)\" for option \(Self.nameKey)")
      }
      bridgeName = parsed
    } else {
      bridgeName = network.isDefaultBridge ? BridgeDriver.defaultBridgeName : BridgeDriver.bridgeName(for: network.id)
    }
    allowsContainersToTalk = try reader.flag(Self.talkKey) ?? true
    masquerades = try reader.flag(Self.masqueradeKey) ?? true
    hostBinding = try reader.value(Self.bindingKey, "an IPv4 address", IPv4Address.init)
    mtu = try reader.value(Self.mtuKey, "a number from 68 to 65535") {
      UInt32($0).flatMap { $0 == 0 || (68...65535).contains($0) ? $0 : nil }
    }.flatMap { $0 == 0 ? nil : $0 }
    gatewayMode4 = try reader.value(Self.mode4Key, Self.modes, GatewayMode.init(rawValue:)) ?? .nat
    gatewayMode6 = try reader.value(Self.mode6Key, Self.modes, GatewayMode.init(rawValue:)) ?? .nat
    inhibitsIPv4 = try reader.flag(Self.inhibitKey) ?? false
    containerInterfacePrefix =
      try reader.value(Self.prefixKey, "an interface name's beginning of at most 12 bytes") {
        $0.utf8.count <= 12 && InterfaceName($0) != nil ? $0 : nil
      } ?? "eth"
    preventsForgery = try reader.flag(Self.forgeryKey) ?? true
  }

  private static let modes = "one of nat, nat-unprotected, routed, isolated"
}

/// Reads driver options with one wording for everything that is wrong with them.
struct OptionReader {
  private let options: [String: String]

  init(_ options: [String: String]) {
    self.options = options
  }

  /// The forms that Go's `strconv.ParseBool` takes, since that is what users of Docker write.
  func flag(_ key: String) throws(EngineError) -> Bool? {
    try value(key, "true or false") {
      switch $0 {
      case "1", "t", "T", "true", "TRUE", "True": true
      case "0", "f", "F", "false", "FALSE", "False": false
      default: nil
      }
    }
  }

  func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(EngineError) -> Value? {
    guard let text = options[key] else { return nil }
    guard let value = parse(text) else {
      throw EngineError(.invalidParameter, "invalid value \"\(text)\" for option \(key): expected \(expected)")
    }
    return value
  }
}

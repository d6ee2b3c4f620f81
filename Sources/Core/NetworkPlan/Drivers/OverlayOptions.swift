import Addressing
public import EngineModel

/// The options of a network that spans hosts, parsed and checked.
public struct OverlayOptions: Sendable, Hashable {
  /// The VXLAN network identifier; `nil` in a request that leaves it to the engine.
  public let number: UInt32?
  /// `nil`: what the network beneath has room for.
  public let mtu: UInt32?
  let healsItself: Bool

  public static let numberKey = "com.docker.network.driver.overlay.vxlanid_list"
  static let encryptionKey = "encrypted"

  static let keys: Set<String> = [
    numberKey, encryptionKey, BridgeOptions.mtuKey, BridgeOptions.prefixKey, BridgeOptions.forgeryKey,
    BridgeOptions.healingKey,
  ]

  /// - Throws: `invalidParameter` that names the option and the value, `notImplemented` for encryption.
  public init(_ network: Network) throws(EngineError) {
    let reader = OptionReader(network.options)
    number = try reader.value(
      Self.numberKey, { "\($0) is no VXLAN network identifier: one from 1 to 16777215 is needed" }
    ) {
      UInt32($0).flatMap { (1...OverlayDriver.numbers.upperBound).contains($0) ? $0 : nil }
    }
    mtu = try reader.mtu(atLeast: network.minimumMTU)
    healsItself = try reader.flag(BridgeOptions.healingKey) ?? true
    // Docker takes the mere mention for a wish.
    if let text = network.options[Self.encryptionKey], text != "false" {
      throw EngineError(
        .notImplemented,
        "encryption of overlay networks is not implemented: leave the option encrypted away, and have the network beneath "
          + "encrypted, by WireGuard or IPsec between the hosts, where others could listen")
    }
    // Those that it shares with bridges are judged there.
    _ = try BridgeOptions(network)
  }
}

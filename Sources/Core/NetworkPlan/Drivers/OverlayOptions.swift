import Addressing
package import EngineModel

/// The parsed options of an overlay network.
package struct OverlayOptions: Sendable, Hashable {
  /// The VXLAN network identifier; `nil` in a request that leaves the choice to the engine.
  package let vni: UInt32?
  /// `nil`: the underlay decides; see ``OverlayDriver/mtu(_:_:)``.
  package let mtu: UInt32?
  let healsItself: Bool

  package static let vniKey = "com.docker.network.driver.overlay.vxlanid_list"
  static let encryptionKey = "encrypted"

  static let keys: Set<String> = [
    vniKey, encryptionKey, BridgeOptions.mtuKey, BridgeOptions.prefixKey, BridgeOptions.forgeryKey,
    BridgeOptions.healingKey,
  ]

  /// - Throws: `invalidParameter` with the option and the value, `notImplemented` for encryption.
  package init(_ network: Network) throws(EngineError) {
    let reader = OptionReader(network.options)
    vni = try reader.value(
      Self.vniKey, { "\($0) is no VXLAN network identifier: give a number from 1 to 16777215" }
    ) {
      UInt32($0).flatMap { (1...OverlayDriver.vnis.upperBound).contains($0) ? $0 : nil }
    }
    mtu = try reader.mtu(atLeast: network.minimumMTU)
    healsItself = try reader.flag(BridgeOptions.healingKey) ?? true
    // In Docker, the option alone, with any value, turns encryption on.
    if let text = network.options[Self.encryptionKey], text != "false" {
      throw EngineError(
        .notImplemented,
        "encryption of overlay networks is not implemented: remove the option encrypted, and encrypt the underlay between "
          + "the hosts, with WireGuard or IPsec, if others could listen to it")
    }
    // The endpoints use these options, too.
    _ = try BridgeOptions(network)
  }
}

import Addressing
import EngineModel

extension InterfaceName {
  /// A name that the engine composes. It must be valid.
  static func constant(_ text: String) -> InterfaceName {
    guard let name = InterfaceName(text) else { preconditionFailure("\(text) is not an interface name") }
    return name
  }
}

extension Identifier {
  /// The first 64 bits of the id.
  var bits: UInt64 { UInt64(rawValue.prefix(16), radix: 16) ?? 0 }
}

extension MACAddress {
  /// The link-local address that the kernel derives from this hardware address (RFC 4291, appendix A).
  var linkLocal: IPv6Address {
    let o = octets
    return IPv6Address(groups: [
      0xFE80, 0, 0, 0,
      UInt16(o[0] ^ 0x02) << 8 | UInt16(o[1]), UInt16(o[2]) << 8 | 0xFF, 0xFE00 | UInt16(o[3]),
      UInt16(o[4]) << 8 | UInt16(o[5]),
    ])
  }
}

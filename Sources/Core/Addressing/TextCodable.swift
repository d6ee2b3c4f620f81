/// Encodes a value as its text form in JSON: `"172.18.0.2"`, `"02:42:ac:12:00:02"`.
package protocol TextCodable: Codable, LosslessStringConvertible {}

extension TextCodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "invalid \(Self.self): \(text)")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension IPv4Address: TextCodable {}
extension IPv6Address: TextCodable {}
extension IPAddress: TextCodable {}
extension IPPrefix: TextCodable {}
extension InterfaceAddress: TextCodable {}
extension MACAddress: TextCodable {}
extension TransportPort: TextCodable {}
extension PortRange: TextCodable {}
extension InterfaceName: TextCodable {}

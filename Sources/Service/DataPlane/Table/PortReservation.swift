package import Addressing

/// A host port that the data plane holds so that no other program can bind it.
package struct PortReservation: Hashable, Sendable, Comparable {
  /// The unspecified address means all addresses of its own family.
  package let address: IPAddress
  package let port: UInt16
  package let transport: TransportProtocol

  package init(address: IPAddress, port: UInt16, transport: TransportProtocol) {
    self.address = address
    self.port = port
    self.transport = transport
  }

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.transport, lhs.address, lhs.port) < (rhs.transport, rhs.address, rhs.port)
  }
}

extension PortReservation: CustomStringConvertible {
  package var description: String {
    let host = address.family == .ipv6 ? "[\(address)]" : "\(address)"
    return "\(host):\(port)/\(transport.rawValue)"
  }
}

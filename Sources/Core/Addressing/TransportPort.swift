/// The transport protocols whose ports can be published.
package enum TransportProtocol: String, Hashable, Sendable, CaseIterable, Comparable {
  case tcp
  case udp
  case sctp

  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A container port in Docker's notation: `80/tcp`.
package struct TransportPort: Hashable, Sendable, Comparable {
  package let number: UInt16
  package let transport: TransportProtocol

  package init(_ number: UInt16, _ transport: TransportProtocol) {
    self.number = number
    self.transport = transport
  }

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.number, lhs.transport) < (rhs.number, rhs.transport)
  }
}

extension TransportPort: LosslessStringConvertible {
  /// Parses `80` (TCP) or `80/udp`. Zero is not a port.
  package init?(_ description: String) {
    let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let range = PortRange(parts[0]), range.count == 1 else { return nil }
    number = range.lowerBound
    guard parts.count == 2 else {
      transport = .tcp
      return
    }
    guard let named = TransportProtocol(rawValue: parts[1].lowercased()) else { return nil }
    transport = named
  }

  package var description: String { "\(number)/\(transport.rawValue)" }
}

/// One or more consecutive ports: `8000` or `8000-8010`.
package struct PortRange: Hashable, Sendable {
  package let lowerBound: UInt16
  package let upperBound: UInt16

  /// `nil` when the bounds are out of order or include port zero.
  package init?(_ lowerBound: UInt16, _ upperBound: UInt16) {
    guard lowerBound > 0, lowerBound <= upperBound else { return nil }
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }

  package var count: Int { Int(upperBound) - Int(lowerBound) + 1 }
  package var ports: ClosedRange<UInt16> { lowerBound...upperBound }
}

extension PortRange: LosslessStringConvertible {
  package init?(_ text: some StringProtocol) {
    func port(_ digits: some StringProtocol) -> UInt16? {
      guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return UInt16(digits)
    }
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let lower = port(parts[0]) else { return nil }
    guard parts.count == 2 else {
      self.init(lower, lower)
      return
    }
    guard let upper = port(parts[1]) else { return nil }
    self.init(lower, upper)
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String { count == 1 ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

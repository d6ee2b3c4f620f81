/// The transport protocols whose ports can be published.
public enum TransportProtocol: String, Hashable, Sendable, CaseIterable, Comparable {
  case tcp
  case udp
  case sctp

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A container port in Docker's notation: `80/tcp`.
public struct TransportPort: Hashable, Sendable, Comparable {
  public let number: UInt16
  public let transport: TransportProtocol

  public init(_ number: UInt16, _ transport: TransportProtocol) {
    self.number = number
    self.transport = transport
  }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.number, lhs.transport) < (rhs.number, rhs.transport)
  }
}

extension TransportPort: LosslessStringConvertible {
  /// Parses `80` (TCP) or `80/udp`. Zero is not a port.
  public init?(_ description: String) {
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

  public var description: String { "\(number)/\(transport.rawValue)" }
}

/// One or more consecutive ports: `8000` or `8000-8010`.
public struct PortRange: Hashable, Sendable {
  public let lowerBound: UInt16
  public let upperBound: UInt16

  /// `nil` when the bounds are out of order or include port zero.
  public init?(_ lowerBound: UInt16, _ upperBound: UInt16) {
    guard lowerBound > 0, lowerBound <= upperBound else { return nil }
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }

  public var count: Int { Int(upperBound) - Int(lowerBound) + 1 }
  public var ports: ClosedRange<UInt16> { lowerBound...upperBound }
}

extension PortRange: LosslessStringConvertible {
  public init?(_ text: some StringProtocol) {
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

  public init?(_ description: String) {
    self.init(description[...])
  }

  public var description: String { count == 1 ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

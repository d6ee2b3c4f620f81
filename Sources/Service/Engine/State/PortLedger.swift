import Addressing
import EngineModel

/// The container that owns each host port, so that no two containers get the same one.
struct PortLedger: Sendable, Hashable {
  struct Key: Sendable, Hashable {
    let transport: TransportProtocol
    let port: UInt16
  }

  /// The owner of each port by address. The unspecified address stands for all addresses of its family.
  private var owners: [Key: [IPAddress: ContainerID]] = [:]
  /// Where the next search begins. Searching in a circle does not reuse a released port at once.
  private var next: UInt16 = 0

  init() {}

  func owner(of port: UInt16, _ transport: TransportProtocol, at address: IPAddress) -> ContainerID? {
    guard let byAddress = owners[Key(transport: transport, port: port)] else { return nil }
    if let owner = byAddress[address] ?? byAddress[.any(address.family)] { return owner }
    guard address.isUnspecified else { return nil }
    return byAddress.first { $0.key.family == address.family }?.value
  }

  mutating func reserve(_ publication: PortPublication, for container: ContainerID) {
    guard publication.usesHostPort else { return }
    let key = Key(transport: publication.containerPort.transport, port: publication.hostPort)
    owners[key, default: [:]][publication.hostAddress] = container
  }

  mutating func release(_ publication: PortPublication) {
    let key = Key(transport: publication.containerPort.transport, port: publication.hostPort)
    owners[key]?[publication.hostAddress] = nil
    if owners[key]?.isEmpty == true { owners[key] = nil }
  }

  /// A port of the range that is free at all of the addresses.
  ///
  /// - Parameter refused: ports that other programs of the host use.
  mutating func firstFree(
    in range: ClosedRange<UInt16>, _ transport: TransportProtocol, at addresses: [IPAddress],
    rotating: Bool, refused: Set<UInt16> = []
  ) -> UInt16? {
    let start = rotating && range.contains(next) ? next : range.lowerBound
    for port in [start...range.upperBound, range.lowerBound...start].joined()
    where !refused.contains(port) && addresses.allSatisfy({ owner(of: port, transport, at: $0) == nil }) {
      if rotating { next = port == range.upperBound ? range.lowerBound : port + 1 }
      return port
    }
    return nil
  }
}

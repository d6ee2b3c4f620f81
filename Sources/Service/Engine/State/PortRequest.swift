import Addressing
import EngineModel

/// Chooses host ports for the port bindings of a request.
struct PortRequest: Sendable {
  let container: ContainerID
  let bindings: [TransportPort: [PortBinding]]
  /// The addresses of a binding that names none.
  let defaultAddresses: [IPAddress]
  /// The range of host ports for bindings that name none (`ip_local_port_range`).
  let ephemeral: ClosedRange<UInt16>
  /// Ports that other programs of the host use.
  var refused: Set<UInt16> = []
  /// Families in which the container is routed, and needs no host port.
  var routed: Set<AddressFamily> = []

  /// Reserves a host port for each binding: all of them, or none.
  ///
  /// - Throws: `system` in Docker's words (`Bind for 0.0.0.0:80 failed: port is already allocated`).
  func reserve(in ledger: inout PortLedger) throws(EngineError) -> [PortPublication] {
    var result: [PortPublication] = []
    do throws(EngineError) {
      for (port, requested) in bindings.sorted(by: { $0.key < $1.key }) {
        for binding in requested.isEmpty ? [PortBinding()] : requested {
          let addresses = binding.hostAddress.map { [$0] } ?? defaultAddresses
          let addressesWithHostPort = addresses.filter { !routed.contains($0.family) }
          let hostPort =
            addressesWithHostPort.isEmpty ? 0 : try choose(binding, port.transport, addressesWithHostPort, &ledger)
          for address in addresses {
            let publication = PortPublication(
              containerPort: port, hostAddress: address,
              hostPort: addressesWithHostPort.contains(address) ? hostPort : 0)
            ledger.reserve(publication, for: container)
            result.append(publication)
          }
        }
      }
    } catch {
      // Undo instead of working on a copy: the ledger may hold tens of thousands of ports.
      for publication in result { ledger.release(publication) }
      throw error
    }
    return result
  }

  private func choose(
    _ binding: PortBinding, _ transport: TransportProtocol, _ addresses: [IPAddress], _ ledger: inout PortLedger
  ) throws(EngineError) -> UInt16 {
    guard let range = binding.hostPorts else {
      guard
        let port = ledger.firstFree(in: ephemeral, transport, at: addresses, rotating: true, refused: refused)
      else { throw EngineError(.system, "all ports of the host's own range are allocated") }
      return port
    }
    if let port = ledger.firstFree(in: range.ports, transport, at: addresses, rotating: false, refused: refused) {
      return port
    }
    let address = addresses.first { ledger.owner(of: range.lowerBound, transport, at: $0) != nil } ?? addresses[0]
    throw Self.alreadyAllocated(address, range)
  }

  static func alreadyAllocated(_ address: IPAddress, _ range: PortRange) -> EngineError {
    let shown = address.family == .ipv6 ? "[\(address)]" : "\(address)"
    return range.count == 1
      ? EngineError(.system, "Bind for \(shown):\(range) failed: port is already allocated")
      : EngineError(.system, "Bind for \(shown):\(range) failed: all ports are allocated")
  }
}

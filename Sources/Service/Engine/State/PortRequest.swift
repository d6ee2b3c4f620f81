import Addressing
import EngineModel

/// Turns the port bindings that a user asked for into ports of the host.
struct PortRequest: Sendable {
  let container: ContainerID
  let bindings: [TransportPort: [PortBinding]]
  /// Where a port is published when the user names no address.
  let defaultAddresses: [IPAddress]
  /// The host's own range for ports that nobody asked for (`ip_local_port_range`).
  let ephemeral: ClosedRange<UInt16>
  /// Ports that other programs of the host turned out to have.
  var refused: Set<UInt16> = []
  /// Families in which the container is reached without translation, and so without a port of the host.
  var routed: Set<AddressFamily> = []

  /// Takes all of them, or none.
  ///
  /// - Throws: `system` in Docker's words (`Bind for 0.0.0.0:80 failed: port is already allocated`).
  func take(from ledger: inout PortLedger) throws(EngineError) -> [PortPublication] {
    var result: [PortPublication] = []
    do throws(EngineError) {
      for (port, wishes) in bindings.sorted(by: { $0.key < $1.key }) {
        for wish in wishes.isEmpty ? [PortBinding()] : wishes {
          let addresses = wish.hostAddress.map { [$0] } ?? defaultAddresses
          let taking = addresses.filter { !routed.contains($0.family) }
          let hostPort = taking.isEmpty ? 0 : try choose(wish, port.transport, taking, &ledger)
          for address in addresses {
            let publication = PortPublication(
              containerPort: port, hostAddress: address, hostPort: taking.contains(address) ? hostPort : 0)
            ledger.hold(publication, for: container)
            result.append(publication)
          }
        }
      }
    } catch {
      // Taking back instead of trying on a copy: the ledger may hold tens of thousands.
      for publication in result { ledger.release(publication) }
      throw error
    }
    return result
  }

  private func choose(
    _ wish: PortBinding, _ transport: TransportProtocol, _ addresses: [IPAddress], _ ledger: inout PortLedger
  ) throws(EngineError) -> UInt16 {
    guard let range = wish.hostPorts else {
      guard
        let port = ledger.free(in: ephemeral, transport, at: addresses, rotating: true, refused: refused)
      else { throw EngineError(.system, "all ports of the host's own range are allocated") }
      return port
    }
    if let port = ledger.free(in: range.ports, transport, at: addresses, rotating: false, refused: refused) {
      return port
    }
    let address = addresses.first { ledger.holder(of: range.lowerBound, transport, at: $0) != nil } ?? addresses[0]
    throw Self.alreadyAllocated(address, range)
  }

  static func alreadyAllocated(_ address: IPAddress, _ range: PortRange) -> EngineError {
    let shown = address.family == .ipv6 ? "[\(address)]" : "\(address)"
    return range.count == 1
      ? EngineError(.system, "Bind for \(shown):\(range) failed: port is already allocated")
      : EngineError(.system, "Bind for \(shown):\(range) failed: all ports are allocated")
  }
}

import Addressing
import NameService
import NetworkPlan

extension RecordEncoder {
  mutating func append(_ change: DataPlaneChange) {
    switch change {
    case .openSandbox(let sandbox):
      append(UInt8(1))
      append(sandbox)
    case .closeSandbox(let id):
      append(UInt8(2))
      append(id)
    case .setEndpoint(let endpoint):
      // Unhealthy endpoints have a record type of their own, so that older journals, which do not have it, stay
      // readable.
      append(UInt8(endpoint.isUnhealthy ? 8 : 3))
      append(endpoint)
    case .removeEndpoint(let id):
      append(UInt8(4))
      append(id)
    case .reserve(let ports, let owner):
      append(UInt8(5))
      append(owner)
      append(ports) { $0.append($1) }
    case .release(let owner):
      append(UInt8(6))
      append(owner)
    case .setRelays(let relays, let owner):
      append(UInt8(7))
      append(owner)
      append(relays) { $0.append($1) }
    }
  }

  private mutating func append(_ sandbox: SandboxRecord) {
    append(sandbox.id)
    append(sandbox.namespacePath)
    append(sandbox.port)
    append(sandbox.upstreams) {
      $0.append($1.address)
      $0.append($1.port)
      $0.append($1.isInsideSandbox)
    }
    append(sandbox.isInternal)
    append(sandbox.extraHosts) {
      $0.append($1.name)
      $0.append($1.addresses) { $0.append($1) }
    }
  }

  private mutating func append(_ endpoint: NameRecord) {
    append(endpoint.id)
    append(endpoint.sandbox)
    append(endpoint.network)
    append(endpoint.networkName)
    append(endpoint.names) { $0.append($1) }
    append(endpoint.addresses) { $0.append($1) }
  }

  mutating func append(_ reservation: PortReservation) {
    append(reservation.address)
    append(reservation.port)
    append(reservation.transport)
  }

  private mutating func append(_ relay: PortRelay) {
    append(relay.listen)
    append(relay.port)
    append(relay.transport)
    append(relay.target)
    append(relay.targetPort)
  }

  private mutating func append(_ address: IPAddress) {
    let octets = address.octets
    append(UInt8(octets.count))
    append(raw: octets)
  }

  private mutating func append(_ transport: TransportProtocol) {
    switch transport {
    case .tcp: append(UInt8(6))
    case .udp: append(UInt8(17))
    case .sctp: append(UInt8(132))
    }
  }
}

extension RecordDecoder {
  mutating func change() throws(DecodingFailure) -> DataPlaneChange {
    let kind = try number(UInt8.self)
    switch kind {
    case 1: return .openSandbox(try sandbox())
    case 2: return .closeSandbox(id: try text())
    case 3: return .setEndpoint(try endpoint())
    case 8:
      var endpoint = try endpoint()
      endpoint.isUnhealthy = true
      return .setEndpoint(endpoint)
    case 4: return .removeEndpoint(id: try text())
    case 5:
      let owner = try text()
      let ports = try list { (decoder) throws(DecodingFailure) in try decoder.reservation() }
      return .reserve(ports, owner: owner)
    case 6: return .release(owner: try text())
    case 7:
      let owner = try text()
      let relays = try list { (decoder) throws(DecodingFailure) in try decoder.relay() }
      return .setRelays(relays, owner: owner)
    default: throw .unknownKind(kind)
    }
  }

  private mutating func sandbox() throws(DecodingFailure) -> SandboxRecord {
    SandboxRecord(
      id: try text(), namespacePath: try text(), port: try number(),
      upstreams: try list { (decoder) throws(DecodingFailure) in
        Upstream(address: try decoder.address(), port: try decoder.number(), isInsideSandbox: try decoder.flag())
      },
      isInternal: try flag(),
      extraHosts: try list { (decoder) throws(DecodingFailure) in
        HostRecord(name: try decoder.text(), addresses: try decoder.addresses())
      })
  }

  private mutating func endpoint() throws(DecodingFailure) -> NameRecord {
    NameRecord(
      id: try text(), sandbox: try text(), network: try text(), networkName: try text(),
      names: try list { (decoder) throws(DecodingFailure) in try decoder.text() }, addresses: try addresses())
  }

  mutating func reservation() throws(DecodingFailure) -> PortReservation {
    PortReservation(address: try address(), port: try number(), transport: try transport())
  }

  private mutating func relay() throws(DecodingFailure) -> PortRelay {
    PortRelay(
      listen: try address(), port: try number(), transport: try transport(), target: try address(),
      targetPort: try number())
  }

  private mutating func addresses() throws(DecodingFailure) -> [IPAddress] {
    try list { (decoder) throws(DecodingFailure) in try decoder.address() }
  }

  private mutating func address() throws(DecodingFailure) -> IPAddress {
    let length = Int(try number(UInt8.self))
    guard let address = IPAddress(octets: try take(length)) else { throw .badValue }
    return address
  }

  private mutating func transport() throws(DecodingFailure) -> TransportProtocol {
    switch try number(UInt8.self) {
    case 6: .tcp
    case 17: .udp
    case 132: .sctp
    default: throw DecodingFailure.badValue
    }
  }
}

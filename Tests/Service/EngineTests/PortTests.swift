import Addressing
import EngineModel
import Testing

@testable import Engine

@Suite struct PortTests {
  private func request(
    _ bindings: [String: [PortBinding]], for id: ContainerID = .random(), refused: Set<UInt16> = []
  ) throws -> PortRequest {
    var request = PortRequest(
      container: id, bindings: [:], defaultAddresses: [.any(.ipv4), .any(.ipv6)], ephemeral: 32768...32770)
    request.refused = refused
    var parsedBindings: [TransportPort: [PortBinding]] = [:]
    for (port, list) in bindings { parsedBindings[try parsed(port, as: TransportPort.self)] = list }
    return PortRequest(
      container: id, bindings: parsedBindings, defaultAddresses: request.defaultAddresses,
      ephemeral: request.ephemeral, refused: refused)
  }

  private func binding(_ ports: String, at address: String? = nil) throws -> PortBinding {
    PortBinding(
      hostAddress: try address.map { try parsed($0, as: IPAddress.self) },
      hostPorts: try parsed(ports, as: PortRange.self))
  }

  @Test func aPortOfBothFamilies() throws {
    var ledger = PortLedger()
    let publications = try request(["80": [binding("8080")]]).reserve(in: &ledger)
    #expect(publications.map(\.hostPort) == [8080, 8080])
    #expect(publications.map { "\($0.hostAddress)" } == ["0.0.0.0", "::"])
  }

  @Test func aTakenPortTakesNothing() throws {
    var ledger = PortLedger()
    _ = try request(["80": [binding("8080")]]).reserve(in: &ledger)
    let before = ledger
    let error = #expect(throws: EngineError.self) {
      try request(["79": [binding("7979")], "80": [binding("8080")]]).reserve(in: &ledger)
    }
    #expect(error?.message == "Bind for 0.0.0.0:8080 failed: port is already allocated")
    #expect(ledger == before)
  }

  @Test func oneAddressStandsInTheWayOfAllAndTheOtherWayRound() throws {
    var ledger = PortLedger()
    _ = try request(["80": [binding("8080", at: "192.0.2.1")]]).reserve(in: &ledger)
    #expect(throws: EngineError.self) { try request(["80": [binding("8080")]]).reserve(in: &ledger) }
    _ = try request(["80": [binding("8080", at: "192.0.2.2")]]).reserve(in: &ledger)
    _ = try request(["80/udp": [binding("8080")]]).reserve(in: &ledger)
    #expect(throws: EngineError.self) {
      try request(["80/udp": [binding("8080", at: "192.0.2.1")]]).reserve(in: &ledger)
    }
  }

  @Test func theFirstFreeOneOfARange() throws {
    var ledger = PortLedger()
    for port: UInt16 in 8000...8002 {
      let publications = try request(["80": [binding("8000-8002", at: "192.0.2.1")]]).reserve(in: &ledger)
      #expect(publications.map(\.hostPort) == [port])
    }
    let error = #expect(throws: EngineError.self) {
      try request(["80": [binding("8000-8002", at: "192.0.2.1")]]).reserve(in: &ledger)
    }
    #expect(error?.message == "Bind for 192.0.2.1:8000-8002 failed: all ports are allocated")
  }

  @Test func portsThatNobodyAskedForGoRound() throws {
    var ledger = PortLedger()
    let first = try request(["80": []]).reserve(in: &ledger)
    #expect(first.map(\.hostPort) == [32768, 32768])
    for publication in first { ledger.release(publication) }
    #expect(try request(["80": []]).reserve(in: &ledger).map(\.hostPort) == [32769, 32769])
    #expect(try request(["80": []], refused: [32770]).reserve(in: &ledger).map(\.hostPort) == [32768, 32768])
    #expect(throws: EngineError.self) { try request(["80": []], refused: [32770]).reserve(in: &ledger) }
  }
}

import Addressing
@testable import DataPlane
import NameService
import NetworkPlan
import Testing

/// One change of every kind.
enum Samples {
  static let changes: [DataPlaneChange] = [
    .openSandbox(
      SandboxRecord(
        id: "web", namespacePath: "/run/netns/web", port: 10053,
        upstreams: [
          Upstream(address: .v4(IPv4Address(192, 0, 2, 53))),
          Upstream(address: .v6(.loopback), port: 5353, isInsideSandbox: true),
        ], isInternal: true,
        extraHosts: [HostRecord(name: "host.docker.internal", addresses: [.v4(IPv4Address(172, 18, 0, 1))])])),
    .setEndpoint(
      NameRecord(
        id: "e1", sandbox: "web", network: "n1", networkName: "front", names: ["web", "wéb"],
        addresses: [.v4(IPv4Address(172, 18, 0, 2)), .v6(.loopback)])),
    .setEndpoint(
      NameRecord(id: "e0", sandbox: "web", network: "n0", networkName: "back", names: [], addresses: [])),
    .reserve(
      TransportProtocol.allCases.map { PortReservation(address: .any(.ipv4), port: 80, transport: $0) }, owner: "web"),
    .setRelays(
      [
        PortRelay(
          listen: .v6(.loopback), port: 80, transport: .udp, target: .v4(IPv4Address(172, 18, 0, 2)), targetPort: 8080)
      ], owner: "web"),
    .openSandbox(SandboxRecord(id: "db", namespacePath: "/run/netns/db", port: 10053)),
    .closeSandbox(id: "db"), .removeEndpoint(id: "e0"), .release(owner: "db"), .setRelays([], owner: "db"),
  ]
}

@Suite struct ChangeCodingTests {
  @Test func whatIsWrittenIsRead() throws {
    for change in Samples.changes {
      var encoder = RecordEncoder()
      encoder.append(change)
      var decoder = RecordDecoder(encoder.bytes)
      #expect(try decoder.change() == change)
      #expect(decoder.isAtEnd)
    }
  }

  @Test func requestsAndRepliesKeepTheirNumber() throws {
    let request = ControlProtocol.encode(.apply(Samples.changes), sequence: 77)
    let (sequence, decoded) = try ControlProtocol.decodeRequest(request[4...])
    #expect(sequence == 77)
    guard case .apply(Samples.changes) = decoded else {
      Issue.record("\(decoded)")
      return
    }
    var status = DataPlaneStatus()
    status.problems = ["one", "two"]
    status.counters.answered = 1 << 40
    let reasons: [DataPlaneRejection.Reason] = [
      .port(PortReservation(address: .v6(.loopback), port: 1, transport: .sctp), errno: 98),
      .sandbox(id: "x", errno: 2), .journal(errno: 28), .malformed,
    ]
    let replies: [ControlReply] = [.done, .refused(reasons), .status(status)]
    for reply in replies {
      let (sequence, decoded) = try ControlProtocol.decodeReply(ControlProtocol.encode(reply, sequence: 5)[4...])
      #expect(sequence == 5)
      #expect("\(decoded)" == "\(reply)")
    }
  }

  @Test func everyTruncationAndChangeIsSurvived() {
    let good = Array(ControlProtocol.encode(.replace(Samples.changes), sequence: 1)[4...])
    for count in 0..<good.count {
      #expect(throws: DecodingFailure.self) { try ControlProtocol.decodeRequest(good[..<count]) }
    }
    for index in good.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var bytes = good
        bytes[index] = value
        _ = try? ControlProtocol.decodeRequest(bytes)
      }
    }
    var other = good
    other[0] = 9
    #expect(throws: DecodingFailure.unknownVersion(9)) { try ControlProtocol.decodeRequest(other) }
  }
}

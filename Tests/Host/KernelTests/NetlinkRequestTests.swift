import Addressing
import Glibc
import Testing

@testable import Kernel

/// The encoded bytes: layout, padding and nesting of netlink(7).
@Suite struct NetlinkRequestTests {
  @Test func attributesArePaddedAndNestsCounted() {
    var request = NetlinkRequest(16, flags: 0x400, subject: "x", header: UInt32(0x0403_0201))
    request.attribute(3, text: "ab")
    request.nest(18) { nest in
      nest.attribute(1, UInt8(7))
      nest.attribute(2, UInt16(0x0908))
    }
    #expect(
      request.bytes(sequence: 5, extraFlags: 4) == [
        // nlmsghdr: length 48, type 16, flags REQUEST|ACK|CREATE, sequence 5, port 0
        48, 0, 0, 0, 16, 0, 0x05, 0x04, 5, 0, 0, 0, 0, 0, 0, 0,
        // fixed header
        1, 2, 3, 4,
        // attribute 3, seven bytes and one of padding
        7, 0, 3, 0, 0x61, 0x62, 0, 0,
        // nest 18 with its flag, twenty bytes: 4 + 8 + 8
        20, 0, 18, 0x80,
        5, 0, 1, 0, 7, 0, 0, 0,
        6, 0, 2, 0, 8, 9, 0, 0,
      ])
  }

  @Test func repliesWithImpossibleLengthsAreLeftAlone() {
    var count = 0
    for bytes: [UInt8] in [
      [], [9, 0], [8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Array(repeating: 255, count: 20),
    ] {
      bytes.withUnsafeBytes { NetlinkReply.each(in: $0) { _ in count += 1 } }
    }
    #expect(count == 0)
    for bytes: [UInt8] in [[3, 0, 1, 0], [200, 0, 1, 0, 5], [0, 0, 0, 0]] {
      bytes.withUnsafeBytes { #expect(Array(NetlinkAttributes($0)).isEmpty) }
    }
  }

  @Test func theKernelsSentenceIsFoundAfterACappedRequest() {
    let bytes: [UInt8] = [
      56, 0, 0, 0, 2, 0, 0x00, 0x03, 1, 0, 0, 0, 0, 0, 0, 0,
      // -ENODEV, and the header of a request with a larger length
      0xED, 0xFF, 0xFF, 0xFF, 99, 0, 0, 0, 16, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0,
      // NLMSGERR_ATTR_OFFS, then NLMSGERR_ATTR_MSG
      8, 0, 2, 0, 0, 0, 0, 0,
      9, 0, 1, 0, 0x6E, 0x6F, 0x70, 0x65, 0, 0, 0, 0,
    ]
    var outcomes: [String] = []
    bytes.withUnsafeBytes { raw in
      NetlinkReply.each(in: raw) { outcomes.append("\($0.outcome.errno) \($0.outcome.message ?? "")") }
    }
    #expect(outcomes == ["\(ENODEV) nope"])
  }

  @Test func theKernelRefusesInItsOwnWords() async throws {
    try await withTestHost { host in
      let link = try name("cw-long")
      let error = try await host.namespace.run { () -> SystemCallError? in
        let socket = try NetlinkSocket()
        try socket.perform(.createLink(link, kind: "bridge"))
        let outcomes = try socket.perform([
          .setLink(link, LinkSettings(mtu: 70000)), .setLink(link, LinkSettings(isUp: true)),
        ])
        #expect(outcomes.count == 2)
        #expect(outcomes[1] == nil)
        #expect(try socket.link(link).isUp)
        return outcomes[0]
      }
      #expect(error?.errno == EINVAL)
      #expect(error?.call == "RTM_SETLINK")
      #expect(error?.kernelMessage == "mtu greater than device maximum")
      #expect(error?.description == "RTM_SETLINK cw-long: Invalid argument: mtu greater than device maximum")
    }
  }

  @Test func linksAreRenamedAndMoved() async throws {
    try await withTestHost { host in
      let (before, after) = (try name("before"), try name("after"))
      let sandboxes = host.sandboxes
      let other = try await onDedicatedThread("test") { try sandboxes.create("other") }
      try await host.namespace.run {
        let socket = try NetlinkSocket()
        try socket.perform(
          .createPair(
            before, mac: nil, mtu: nil, peer: try name("peer"), peerMAC: nil, peerMTU: nil, peerNamespace: nil))
        try socket.perform(.renameLink(index: try socket.link(before).index, from: before, to: after))
        try socket.perform(.setLink(after, LinkSettings(namespace: other.descriptor.number)))
        #expect(throws: SystemCallError.self) { try socket.link(after) }
      }
      let names = try await other.run { try NetlinkSocket().links().map(\.name.rawValue) }
      #expect(names.contains("after"))
    }
  }

  @Test func manyObjectsComeWhole() async throws {
    try await withTestHost { host in
      let link = try name("cw-many")
      let count = try await host.namespace.run { () -> Int in
        let socket = try NetlinkSocket()
        try socket.perform(.createLink(link, kind: "bridge"))
        let index = try socket.link(link).index
        let requests = try (0..<2000).map { number in
          NetlinkRequest.addAddress(
            try #require(InterfaceAddress("198.51.\(100 + number / 250).\(1 + number % 250)/32")), link: index,
            subject: "many")
        }
        for start in stride(from: 0, to: requests.count, by: 250) {
          let outcomes = try socket.perform(Array(requests[start..<start + 250]))
          #expect(outcomes.allSatisfy { $0 == nil })
        }
        return try socket.addresses().filter { $0.linkIndex == index && $0.isOurs }.count
      }
      #expect(count == 2000)
    }
  }
}

import TestHosts
import Testing

/// Every position of the isolation table sends every kind of packet to every target, in both families, with and without
/// bridged packets in the IP hooks. Exactly the packets arrive that the table names.
@Suite(.serialized, .engineHost("--ipv6", "--fixed-cidr-v6", "fd00:17::/64")) struct IsolationMatrixTests {
  private typealias Position = IsolationScene.Position
  private typealias Target = IsolationScene.Target

  /// A probe and where it must, or must not, arrive.
  private struct Probe {
    let position: Position
    let packet: ProbePacket
    let mac: [UInt8]
    let watch: Int
    let mustArrive: Bool
    let text: String
  }

  private static let unknownMAC: [UInt8] = [2, 0xDE, 0xAD, 0, 0, 1]

  /// Sends all probes, those that must not arrive first, and compares.
  private func run(_ probes: [Probe], _ scene: IsolationScene, _ numbers: inout UInt32) async throws {
    var seen = scene.take()
    let first = numbers
    numbers += UInt32(probes.count)
    func send(_ index: Int) throws {
      try probes[index].position.send(probes[index].packet, number: first + UInt32(index), to: probes[index].mac)
      if index % 16 == 0 { seen.merge(scene.take()) { $0.union($1) } }
    }
    func hasArrived(_ index: Int) -> Bool { seen[probes[index].watch]?.contains(first + UInt32(index)) == true }
    let forbidden = probes.indices.filter { !probes[$0].mustArrive }
    var missing = probes.indices.filter { probes[$0].mustArrive }
    for index in forbidden { try send(index) }
    // What must arrive is sent later on the same paths, so its arrival proves that the others had their time.
    for _ in 0..<3 { for index in missing { try send(index) } }
    try? await waitUntil("all permitted packets", for: .seconds(5)) {
      seen.merge(scene.take()) { $0.union($1) }
      missing.removeAll(where: hasArrived)
      for index in missing { try send(index) }
      return missing.isEmpty
    }
    let lost = missing.map { probes[$0].text }
    #expect(lost == [], "must arrive")
    seen.merge(scene.take()) { $0.union($1) }
    let leaks = forbidden.filter(hasArrived).map { probes[$0].text }
    #expect(leaks == [], "must not arrive")
  }

  private func packet(
    _ kind: ProbePacket.Kind, _ position: Position, _ target: Target, isIPv4: Bool, sourcePort: UInt16
  ) -> ProbePacket {
    isIPv4
      ? ProbePacket(
        kind, from: position.address4, to: target.address4, sourcePort: sourcePort, port: target.port)
      : ProbePacket(
        kind, from: position.address6, to: target.address6, sourcePort: sourcePort, port: target.port)
  }

  private func probes(_ scene: IsolationScene, sourcePort: UInt16) throws -> [Probe] {
    var probes: [Probe] = []
    for (name, targets) in IsolationTable.passes {
      let position = try #require(scene.positions[name])
      // Frames that the bridge floods, or that every port gets, do not leave the network.
      let segment = Set(try position.segment.keys.map { try #require(scene.targets[$0]).watch })
      for (targetName, pass) in targets {
        let target = try #require(scene.targets[targetName])
        for isIPv4 in [true, false] {
          for kind in ProbePacket.Kind.allCases where pass.tries(kind) {
            let packet = packet(kind, position, target, isIPv4: isIPv4, sourcePort: sourcePort)
            let text = "\(name) to \(targetName), \(kind), IPv\(isIPv4 ? 4 : 6)"
            probes.append(
              Probe(
                position: position, packet: packet, mac: position.segment[targetName] ?? position.gateway,
                watch: target.watch, mustArrive: pass.contains(kind, isIPv4: isIPv4), text: text))
            guard position.port != nil, !segment.contains(target.watch), pass == .nothing else { continue }
            for (way, mac) in [("flooded", Self.unknownMAC), ("broadcast", Frame.everybody)] {
              probes.append(
                Probe(
                  position: position, packet: packet, mac: mac, watch: target.watch, mustArrive: false,
                  text: "\(text), \(way)"))
            }
          }
        }
      }
    }
    return probes
  }

  /// Two containers of different networks work together: each sends frames within its own network that look like the
  /// beginning and the answer of one flow. Then both send packets of that flow to their router.
  private func conspiracies(_ scene: IsolationScene, sourcePort: UInt16) throws -> [Probe] {
    let names = ["mate", "other", "plain2", "inner2", "hush2"]
    var probes: [Probe] = []
    for (one, two) in names.flatMap({ one in names.map { (one, $0) } }) where one != two {
      let (first, second) = (try #require(scene.positions[one]), try #require(scene.positions[two]))
      let (source, target) = (try #require(scene.targets[one]), try #require(scene.targets[two]))
      for isIPv4 in [true, false] {
        for kind in ProbePacket.Kind.allCases where kind != .fragments {
          let packet = packet(kind, first, target, isIPv4: isIPv4, sourcePort: sourcePort)
          let text = "\(one) and \(two), \(kind), IPv\(isIPv4 ? 4 : 6)"
          for mac in [Self.unknownMAC, Frame.everybody, nil] {
            probes.append(
              Probe(
                position: first, packet: packet, mac: mac ?? first.gateway, watch: target.watch, mustArrive: false,
                text: "\(text): there"))
            probes.append(
              Probe(
                position: second, packet: packet.reply, mac: mac ?? second.gateway, watch: source.watch,
                mustArrive: false, text: "\(text): back"))
          }
        }
      }
    }
    return probes
  }

  @Test func exactlyThePermittedPacketsArrive() async throws {
    let host = try TestHost.shared
    let scene = try await IsolationScene(on: host)
    var numbers: UInt32 = 1
    for (round, passesHooks) in [true, false].enumerated() {
      try await scene.passBridgedPacketsThroughIPHooks(passesHooks)
      let port = UInt16(40000 + round * 1000)
      // A few of the permitted packets follow, which proves that the forbidden ones had their time.
      let all = try probes(scene, sourcePort: port)
      try await run(
        try conspiracies(scene, sourcePort: port + 1) + all.filter { $0.text.hasPrefix("mate to web") }, scene,
        &numbers)
      try await run(all, scene, &numbers)
    }
    try await nothingPassesMeanwhile(scene, &numbers)
    try await host.removeEverything()
  }

  /// While networks, containers and ports come and go, the engine is killed and others change their own tables.
  private func nothingPassesMeanwhile(_ scene: IsolationScene, _ numbers: inout UInt32) async throws {
    try await scene.passBridgedPacketsThroughIPHooks(true)
    let probes = try probes(scene, sourcePort: 45000).filter { !$0.mustArrive && $0.position.port != nil }
    let host = scene.host
    let changes = Task {
      for step in [
        "causeway network create tmp >/dev/null",
        "causeway run -d --name tmp --network tmp -p 8090:80 busybox sleep 1000",
        "causeway network connect red tmp; causeway network disconnect red tmp", "nft add table inet strange",
        "causeway run -d --name tmp2 --network blue -p 8091:80/udp busybox sleep 1000", "nft delete table inet strange",
        "causeway rm -f tmp tmp2; causeway network rm tmp",
      ] { try await host.shell(step).succeeded() }
      try await host.restartEngine()
    }
    let isDone = Task {
      _ = await changes.result
      return true
    }
    var seen: [Int: Set<UInt32>] = [:]
    let first = numbers
    numbers += UInt32(probes.count)
    var hasEnded = false
    let watcher = Flag()
    Task { if await isDone.value { watcher.set() } }
    repeat {
      hasEnded = watcher.isSet
      for (index, probe) in probes.enumerated() {
        try probe.position.send(probe.packet, number: first + UInt32(index), to: probe.mac)
        if index % 16 == 0 { seen.merge(scene.take()) { $0.union($1) } }
      }
      await Task.yield()
    } while !hasEnded
    try await changes.value
    seen.merge(scene.take()) { $0.union($1) }
    let leaks = probes.indices.filter { seen[probes[$0].watch]?.contains(first + UInt32($0)) == true }
    #expect(leaks.map { probes[$0].text } == [], "must not arrive while rules change")
  }
}

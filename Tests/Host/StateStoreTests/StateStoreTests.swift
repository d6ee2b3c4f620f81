import Addressing
import EngineModel
import FoundationEssentials
import GRDB
import Records
@testable import StateStore
import TestHosts
import Testing

@Suite struct StateStoreTests {
  private func network(_ name: String) -> Network {
    Network(
      id: .random(), name: name, created: Timestamp(nanoseconds: 5),
      ipam: IPAMConfiguration(pools: [AddressPool(subnet: IPPrefix("192.0.2.0/24"))]), labels: ["a": "b"])
  }

  private func container(_ name: String, on network: Network? = nil, address: String? = nil) -> Container {
    let id = ContainerID.random()
    var container = Container(
      id: id, name: name, created: Timestamp(nanoseconds: 7), configuration: ContainerConfiguration(),
      host: HostConfiguration(), imageID: "sha256:0")
    if let network {
      container.endpoints = [
        Endpoint(
          id: .random(), network: network.id, container: id, settings: EndpointSettings(aliases: ["x"]),
          ipv4: address.flatMap { InterfaceAddress("\($0)/24") })
      ]
    }
    return container
  }

  @Test func committedRecordsAreReadAfterReopening() async throws {
    try await withScratchFolder { folder in
      let web = network("web")
      let box = container("box", on: web, address: "192.0.2.2")
      let data = Volume(name: "data", created: Timestamp(nanoseconds: 9), mountpoint: "/v/data")
      do {
        let store = try StateStore(path: "\(folder)/state.sqlite")
        try store.commit([.putNetwork(web), .putContainer(box), .putVolume(data), .putSetting(key: "k", value: "v")])
        try store.close()
      }
      let state = try StateStore(path: "\(folder)/state.sqlite").load()
      #expect(state.networks == [web])
      #expect(state.containers == [box])
      #expect(state.volumes == [data])
      #expect(state.settings == ["k": "v"])
    }
  }

  @Test func aRefusedChangeRollsBackTheWholeCommit() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      try store.commit(.putContainer(container("taken")))
      #expect(throws: EngineError.self) {
        try store.commit([.putNetwork(network("web")), .putContainer(container("taken"))])
      }
      #expect(try store.load().networks.isEmpty)
    }
  }

  @Test func anAddressIsLeasedOnce() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      let web = network("web")
      let first = container("first", on: web, address: "192.0.2.2")
      try store.commit([.putNetwork(web), .putContainer(first)])
      let error = #expect(throws: EngineError.self) {
        try store.commit(.putContainer(container("second", on: web, address: "192.0.2.2")))
      }
      #expect(error?.code == .conflict)
      // When the first container releases the address, the second can take it.
      var stopped = first
      stopped.endpoints[0].ipv4 = nil
      try store.commit(.putContainer(stopped))
      try store.commit(.putContainer(container("second", on: web, address: "192.0.2.2")))
    }
  }

  @Test func aPortIsPublishedOnce() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      let port = PortPublication(
        containerPort: TransportPort(80, .tcp), hostAddress: .any(.ipv4), hostPort: 8080)
      var first = container("first")
      first.publications = [port]
      var second = container("second")
      second.publications = [port]
      try store.commit(.putContainer(first))
      #expect(throws: EngineError.self) { try store.commit(.putContainer(second)) }
      try store.commit(.removeContainer(first.id))
      try store.commit(.putContainer(second))
    }
  }

  @Test func portsAreStoredAsRuns() async throws {
    func publications(_ ports: ClosedRange<UInt16>, _ address: IPAddress = .any(.ipv4)) -> [PortPublication] {
      ports.map { PortPublication(containerPort: TransportPort(80, .tcp), hostAddress: address, hostPort: $0) }
    }
    try await withScratchFolder { folder in
      let path = "\(folder)/state.sqlite"
      let store = try StateStore(path: path)
      var first = container("first")
      first.publications = publications(8000...8099) + publications(65000...65535) + publications(1...10, .any(.ipv6))
      first.host.portBindings = [TransportPort(80, .tcp): [PortBinding(), PortBinding(hostPorts: PortRange(1, 9))]]
      try store.commit(.putContainer(first))
      for (ports, isFree) in [
        (7990...8000, false), (8050...8050, false), (8099...8200, false), (7000...9000, false), (65535...65535, false),
        (8100...8100, true), (1...7999, true),
      ] as [(ClosedRange<UInt16>, Bool)] {
        var second = container("second")
        second.publications = publications(ports)
        let error = Result { try store.commit(.putContainer(second)) }
        #expect((try? error.get()) != nil ? isFree : !isFree, "\(ports)")
        if isFree { try store.commit(.removeContainer(second.id)) }
      }
      #expect(try store.load().containers == [first])
      try store.close()
      #expect(
        try await DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM publication_run") }
          == 3)
    }
  }

  @Test func recordsOfOlderEnginesAreRead() throws {
    let decoder = JSONDecoder()
    let publication = try decoder.decode(
      PortPublicationRecord.self,
      from: Data(#"{"containerPort":"80/tcp","hostAddress":"0.0.0.0","hostPort":8080}"#.utf8))
    #expect(
      publication.model
        == PortPublication(containerPort: TransportPort(80, .tcp), hostAddress: .any(.ipv4), hostPort: 8080))
    let binding = try decoder.decode(PortBindingRecord.self, from: Data(#"{"hostPorts":"80-90"}"#.utf8))
    #expect(binding.model == PortBinding(hostPorts: PortRange(80, 90)))
    #expect(throws: DecodingError.self) { try decoder.decode(PortBindingRecord.self, from: Data(#""here 80""#.utf8)) }
  }

  @Test func commitsAreFlushedToDisk() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      #expect(try store.synchronousLevel() == 2)
    }
  }

  @Test func unreadableRecordsAreSetAside() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/state.sqlite"
      let (web, data) = (network("web"), Volume(name: "data", created: Timestamp(nanoseconds: 9), mountpoint: "/v"))
      let (box, broken) = (container("box", on: web, address: "192.0.2.2"), container("broken"))
      do {
        let store = try StateStore(path: path)
        try store.commit([.putNetwork(web), .putContainer(box), .putContainer(broken), .putVolume(data)])
        try store.close()
      }
      try await DatabaseQueue(path: path).write { database in
        try database.execute(
          sql: """
            UPDATE container SET document = '{"name": 5}' WHERE name = 'broken';
            UPDATE network SET document = 'no JSON';
            UPDATE volume SET document = '{}';
            """)
      }
      for _ in 1...2 {
        let store = try StateStore(path: path)
        let state = try store.load()
        #expect(state.networks.isEmpty)
        #expect(state.containers == [box])
        #expect(state.volumes.isEmpty)
        #expect(
          state.unreadable.map { "\($0.kind) \($0.id)" } == [
            "container \(broken.id)", "network \(web.id)", "volume data",
          ])
        #expect(state.unreadable.allSatisfy { !$0.problem.isEmpty })
        // The names are free, and the container on the lost network can be written.
        try store.commit([.putContainer(box), .putNetwork(network("web")), .putVolume(data)])
        try store.commit([.removeNetwork(try #require(store.load().networks.first).id), .removeVolume("data")])
        try store.close()
      }
    }
  }

  @Test func aNetworkWithLeasesCannotBeRemoved() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      let web = network("web")
      let box = container("box", on: web, address: "192.0.2.2")
      try store.commit([.putNetwork(web), .putContainer(box)])
      #expect(throws: EngineError.self) { try store.commit(.removeNetwork(web.id)) }
      try store.commit([.removeContainer(box.id), .removeNetwork(web.id)])
      #expect(try store.load().networks.isEmpty)
    }
  }

  @Test func aNewerSchemaIsRefused() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/state.sqlite"
      try StateStore(path: path).close()
      try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 999") }
      let error = #expect(throws: EngineError.self) { try StateStore(path: path) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("newer engine") == true)
    }
  }

  @Test func aSecondEngineIsRefused() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/state.sqlite"
      let store = try StateStore(path: path)
      let error = #expect(throws: EngineError.self) { try StateStore(path: path) }
      #expect(error?.message.contains("another engine") == true)
      try store.close()
      try StateStore(path: path).close()
    }
  }

  @Test func anInterruptedTransactionIsRolledBack() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/state.sqlite"
      let store = try StateStore(path: path)
      try store.commit(.putNetwork(network("kept")))
      // The files in the middle of another writer's transaction, as a crash would leave them.
      let copy = "\(folder)/crashed.sqlite"
      let writer = try DatabaseQueue(path: path)
      try writer.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        try database.execute(sql: "DELETE FROM network")
        for suffix in ["", "-wal"] { try copyFile(path + suffix, copy + suffix) }
        try database.execute(sql: "ROLLBACK")
      }
      #expect(try StateStore(path: copy).load().networks.map(\.name) == ["kept"])
    }
  }

  @Test func manyObjectsAreRead() async throws {
    try await withScratchFolder { folder in
      let store = try StateStore(path: "\(folder)/state.sqlite")
      let networks = (0..<200).map { network("n\($0)") }
      try store.commit(networks.map(StoreChange.putNetwork))
      try store.commit((0..<500).map { .putContainer(container("c\($0)", on: networks[$0 % 200])) })
      let state = try store.load()
      #expect(state.networks.count == 200)
      #expect(state.containers.count == 500)
    }
  }
}

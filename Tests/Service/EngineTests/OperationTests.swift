import Coordination
import Addressing
import EngineModel
import Glibc
import NetworkPlan
import StateStore
import Testing

@testable import Engine

/// Operations that are killed between two effects: a start completes or undoes them.
@Suite struct OperationTests {
  struct Verb: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Made before, and not interrupted.
    let setUp: @Sendable (Rig, Engine) async throws -> Void
    let act: @Sendable (Rig, Engine) async throws -> Void
    /// Sections of the facts that may be as before or as after whatever the others are.
    var independent: Set<String> = []

    init(
      _ name: String, independent: Set<String> = [],
      setUp: @escaping @Sendable (Rig, Engine) async throws -> Void = { _, _ in },
      act: @escaping @Sendable (Rig, Engine) async throws -> Void
    ) {
      testDescription = name
      self.independent = independent
      self.setUp = setUp
      self.act = act
    }
  }

  static let verbs: [Verb] = [
    Verb("create") { rig, engine in _ = try await engine.createContainer(try rig.request("box")) },
    Verb("create with a new volume") { rig, engine in
      try writeImage(rig)
      _ = try await engine.createContainer(try rig.request("box", volumes: ["data:/data", "/other"]))
    },
    Verb(
      "create that fills a volume", independent: ["files"],
      setUp: { rig, engine in
        try writeImage(rig)
        _ = try await engine.createVolume(name: "data")
      },
      act: { rig, engine in _ = try await engine.createContainer(try rig.request("box", volumes: ["data:/data"])) }),
    Verb("remove", setUp: { rig, engine in _ = try await engine.createContainer(try rig.request("box")) }) {
      _, engine in
      try await engine.removeContainer("box")
    },
    Verb(
      "remove with anonymous volumes",
      setUp: { rig, engine in
        try writeImage(rig)
        _ = try await engine.createContainer(try rig.request("box", volumes: ["/data", "named:/named"]))
      },
      act: { _, engine in try await engine.removeContainer("box", volumes: true) }),
    Verb("remove a running one by force", setUp: { rig, engine in try await run(rig, engine) }) { _, engine in
      try await engine.removeContainer("box", force: true)
    },
    Verb(
      "start",
      setUp: { rig, engine in
        _ = try await engine.createNetwork(NetworkCreateRequest(name: "web"))
        _ = try await engine.createContainer(try rig.request("box", network: "web", ports: ["8080:80"]))
      },
      act: { _, engine in try await engine.startContainer("box") }),
    Verb(
      "connect",
      setUp: { rig, engine in
        try await run(rig, engine)
        _ = try await engine.createNetwork(NetworkCreateRequest(name: "second"))
      },
      act: { _, engine in try await engine.connect(network: "second", container: "box") }),
    Verb(
      "disconnect",
      setUp: { rig, engine in
        try await run(rig, engine)
        _ = try await engine.createNetwork(NetworkCreateRequest(name: "second"))
        try await engine.connect(network: "second", container: "box")
      },
      act: { _, engine in try await engine.disconnect(network: "second", container: "box") }),
    Verb("create a network") { _, engine in _ = try await engine.createNetwork(NetworkCreateRequest(name: "web")) },
    Verb(
      "remove a network",
      setUp: { _, engine in _ = try await engine.createNetwork(NetworkCreateRequest(name: "web")) },
      act: { _, engine in try await engine.removeNetwork("web") }),
    Verb("create a volume") { _, engine in _ = try await engine.createVolume(name: "data") },
    Verb(
      "remove a volume",
      setUp: { _, engine in
        let volume = try await engine.createVolume(name: "data")
        for number in 0..<20 { try writeFile("\(volume.mountpoint)/\(number)", "\(number)") }
      },
      act: { _, engine in try await engine.removeVolume("data") }),
    Verb(
      "prune volumes", independent: ["volumes", "files"],
      setUp: { _, engine in
        for _ in 0..<2 { _ = try await engine.createVolume() }
      },
      act: { _, engine in _ = try await engine.pruneVolumes() }),
    Verb(
      "prune networks", independent: ["networks", "links", "addresses"],
      setUp: { _, engine in
        for name in ["one", "two"] { _ = try await engine.createNetwork(NetworkCreateRequest(name: name)) }
      },
      act: { _, engine in _ = try await engine.pruneNetworks() }),
    Verb(
      "prune containers", independent: ["containers", "layers"],
      setUp: { rig, engine in
        for name in ["one", "two"] { _ = try await engine.createContainer(try rig.request(name)) }
      },
      act: { _, engine in _ = try await engine.pruneContainers() }),
  ]

  @Test(arguments: verbs) func aKillBetweenAnyTwoEffectsLeavesNothingHalf(_ verb: Verb) async throws {
    let before = try await facts(verb, acts: false)
    let after = try await facts(verb, acts: true)
    #expect(before != after)
    var limit = 0
    while limit < 400 {
      let isOver = try await Self.kill(verb, after: limit, before, after)
      limit += 1
      if isOver { break }
    }
    #expect((2..<400).contains(limit), "\(limit) fault points")
  }

  /// What a start finds when nothing was interrupted.
  private func facts(_ verb: Verb, acts: Bool) async throws -> HostFacts {
    var result: HostFacts?
    try await Rig.with { rig in
      try await verb.setUp(rig, rig.engine)
      if acts { try await verb.act(rig, rig.engine) }
      let engine = try await rig.successor()
      var facts = try await HostFacts(rig, engine)
      await engine.shutdown()
      try facts.add(databaseOf: rig)
      result = facts
    }
    return try #require(result)
  }

  /// - Returns: whether the verb was done before the kill.
  private static func kill(
    _ verb: Verb, after limit: Int, _ before: HostFacts, _ after: HostFacts
  ) async throws -> Bool {
    var isOver = false
    try await Rig.with { rig in
      try await verb.setUp(rig, rig.engine)
      let fault = FaultPoint(limit: limit)
      let engine = rig.engine
      let done = OneShot<Result<Void, any Error>, Never>()
      Task {
        await FaultPoint.$current.withValue(fault) {
          do {
            done.succeed(.success(try await verb.act(rig, engine)))
          } catch {
            done.succeed(.failure(error))
          }
        }
      }
      var outcome: Result<Void, any Error>?
      while outcome == nil, fault.place == nil { outcome = await done.value(within: .milliseconds(2)) }
      try outcome?.get()
      isOver = outcome != nil && fault.place == nil
      // What ran beside comes to its own point.
      try await Task.sleep(for: .milliseconds(5))
      let successor = try await rig.successor()
      var facts = try await HostFacts(rig, successor)
      let place = "\(verb.testDescription), killed at point \(limit): \(fault.place ?? "the end")"
      // The verb works afterwards.
      if facts.sections["containers"] == before.sections["containers"],
        facts.sections["networks"] == before.sections["networks"],
        facts.sections["volumes"] == before.sections["volumes"]
      {
        do {
          try await verb.act(rig, successor)
        } catch {
          Issue.record("\(place): again: \(error)")
        }
      }
      await successor.shutdown()
      try facts.add(databaseOf: rig)
      check(facts, before, after, verb, place)
    }
    return isOver
  }

  private static func check(
    _ facts: HostFacts, _ before: HostFacts, _ after: HostFacts, _ verb: Verb, _ place: String
  ) {
    var rest = (facts, before, after)
    for section in verb.independent {
      let found = facts.sections[section]
      // Several objects may be removed one after another.
      let isPrune = verb.testDescription.hasPrefix("prune")
      let isKnown = found == before.sections[section] || found == after.sections[section] || isPrune
      #expect(isKnown, "\(place): \(section): \(found ?? [])")
      (rest.0.sections[section], rest.1.sections[section], rest.2.sections[section]) = (nil, nil, nil)
    }
    guard rest.0 != rest.1, rest.0 != rest.2 else { return }
    Issue.record("\(place):\n\(facts)\n--- before\n\(before)\n--- after\n\(after)")
  }

  @Test func operationsAreReadAsTheyWereWritten() throws {
    let (container, network, endpoint) = (ContainerID.random(), NetworkID.random(), EndpointID.random())
    let links = [
      LinkKey(.host, try parsed("br-1", as: InterfaceName.self)),
      LinkKey(.sandbox("abc"), try parsed("eth1", as: InterfaceName.self)),
    ]
    let volume = Operation.NewVolume(name: "data", hadFolder: true)
    for operation: Operation in [
      .createContainer(container, volumes: [volume]), .removeContainer(container, withAnonymousVolumes: true),
      .startContainer(container, links: links), .connect(container, endpoint, links: links), .disconnect(container),
      .commit(container),
      .createVolume(volume), .removeVolume(name: "data"), .fillVolume(name: "data", isMoving: true),
      .createNetwork(network, links: links), .removeNetwork(network), .build(container, links: links),
    ] {
      #expect(Operation(operation.stored) == operation)
    }
    #expect(Operation(StoredOperation(kind: "of the future", document: "{\"version\":1}")) == nil)
  }

  @Test func anAddressThatIsAskedForStaysFree() async throws {
    try await Rig.with { rig in
      var web = NetworkCreateRequest(name: "web")
      web.ipam.pools = [AddressPool(subnet: try parsed("10.9.0.0/24", as: IPPrefix.self))]
      _ = try await rig.engine.createNetwork(web)
      _ = try await rig.engine.createContainer(try rig.request("fixed", network: "web", address: "10.9.0.2"))
      _ = try await rig.engine.createContainer(try rig.request("free", network: "web"))
      try await rig.engine.startContainer("free")
      #expect(try await rig.engine.container("free").container.endpoints.first?.ipv4?.description == "10.9.0.3/24")
      try await rig.engine.startContainer("fixed")
      #expect(try await rig.engine.container("fixed").container.endpoints.first?.ipv4?.description == "10.9.0.2/24")
      // Removed, it keeps nothing.
      try await rig.engine.removeContainer("fixed", force: true)
      _ = try await rig.engine.createContainer(try rig.request("late", network: "web"))
      try await rig.engine.startContainer("late")
      #expect(try await rig.engine.container("late").container.endpoints.first?.ipv4?.description == "10.9.0.2/24")
    }
  }

  @Test func aContainerThatWasPausedForACommitIsResumedAtStart() async throws {
    try await Rig.with { rig in
      try await Self.run(rig, rig.engine)
      _ = try await rig.engine.begin(.commit(try await rig.engine.container("box").container.id))
      try await rig.engine.pauseContainer("box")
      let engine = try await rig.successor()
      #expect(try await engine.container("box").container.state.status == .running)
      try await engine.pauseContainer("box")
      await engine.shutdown()
    }
  }

  @Test func filesWithoutANamespaceAreDeletedAtStart() async throws {
    try await Rig.with { rig in
      let folder = rig.engine.configuration.namespacesPath
      try makeFolder(folder)
      try writeFile("\(folder)/\(ContainerID.random())", "")
      let engine = try await rig.successor()
      #expect(list(folder).isEmpty)
      await engine.shutdown()
    }
  }

  private static func writeImage(_ rig: Rig) throws {
    try makeFolder("\(rig.folder)/image/data/below", 0o755)
    for number in 0..<5 { try writeFile("\(rig.folder)/image/data/\(number)", "\(number)") }
    try writeFile("\(rig.folder)/image/data/below/deep", "deep")
    chmod("\(rig.folder)/image/data", 0o750)
  }

  private static func run(_ rig: Rig, _ engine: Engine) async throws {
    _ = try await engine.createNetwork(NetworkCreateRequest(name: "web"))
    _ = try await engine.createContainer(try rig.request("box", network: "web", ports: ["8080:80"]))
    try await engine.startContainer("box")
  }
}

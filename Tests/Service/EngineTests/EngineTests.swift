import Addressing
import DataPlane
import EngineModel
import FakeKernel
import Kernel
import Logging
import NameService
import NetworkPlan
import Testing

@testable import Engine

/// The engine on pretended parts: what it commits, carries out, undoes and recovers.
@Suite struct EngineTests {
  @Test func aContainerFromMakingToRemoval() async throws {
    try await Rig.with { rig in
      let engine = rig.engine
      let network = try await engine.createNetwork(NetworkCreateRequest(name: "web")).id
      let id = try await engine.createContainer(try rig.request("box", network: "web", ports: ["8080:80"])).id
      #expect(rig.images.prepared == [id])
      try await engine.startContainer("box")
      var view = try await engine.container("box")
      #expect(view.container.state.status == .running)
      #expect(view.container.endpoints.first?.ipv4?.description == "172.18.0.2/16")
      #expect(view.container.publications.map(\.hostPort).allSatisfy { $0 == 8080 })
      #expect(rig.kernel.state.sandboxes == [id.rawValue])
      #expect(rig.dataPlane.table.endpoints.values.first?.names == ["box", id.short])
      #expect(rig.dataPlane.table.reservations[id.rawValue]?.isEmpty == false)
      await expectError(.forbidden, containing: "has active endpoints (name:\"box\"") {
        try await engine.removeNetwork("web")
      }
      try await engine.stopContainer("box")
      view = try await engine.container("box")
      #expect(view.container.state.status == .exited && view.container.state.exitCode == 143)
      #expect(view.container.endpoints.first?.network == network && view.container.endpoints.first?.ipv4 == nil)
      #expect(rig.kernel.state.sandboxes.isEmpty && rig.images.mounted.isEmpty)
      #expect(rig.dataPlane.table.endpoints.isEmpty && rig.dataPlane.table.reservations.isEmpty)
      try await engine.removeContainer("box")
      #expect(rig.images.prepared.isEmpty)
      await expectError(.notFound, containing: "No such container: box") { _ = try await engine.container("box") }
      try await engine.removeNetwork("web")
      await expectError(.notFound, containing: "network web not found") { _ = try await engine.network("web") }
    }
  }

  @Test func namesAreTakenOnceHoweverManyAskAtATime() async throws {
    try await Rig.with { rig in
      let made = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 {
          group.addTask { (try? await rig.engine.createContainer(try rig.request("one"))) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(made == 1)
      let all = try await rig.engine.containers(ContainerListRequest(all: true))
      #expect(all.count == 1)
    }
  }

  @Test func manyAtATimeGetAddressesOfTheirOwn() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "web"))
      await withTaskGroup { group in
        for number in 0..<30 {
          group.addTask {
            do {
              let id = try await rig.engine.createContainer(try rig.request("box\(number)", network: "web")).id
              try await rig.engine.startContainer(id.rawValue)
            } catch {
              Issue.record("\(error)")
            }
          }
        }
      }
      let attachments = try await rig.engine.network("web").attachments
      #expect(Set(attachments.compactMap { $0.endpoint.ipv4 }).count == 30)
    }
  }

  @Test func aFailedStartLeavesNoTrace() async throws {
    try await Rig.with { rig in
      let id = try await rig.engine.createContainer(try rig.request("box", ports: ["8080:80"])).id
      let before = rig.kernel.state
      rig.runtime.failNext(
        EngineError(.invalidParameter, "OCI runtime create failed: exec: \"x\": executable file not found in $PATH"))
      await expectError(.invalidParameter, containing: "not found") { try await rig.engine.startContainer("box") }
      #expect(rig.kernel.state == before && rig.dataPlane.table.reservations.isEmpty && rig.images.mounted.isEmpty)
      let state = try await rig.engine.container("box").container.state
      #expect(state.status == .created && state.exitCode == 127)
      rig.kernel.failNext()
      await expectError(.system) { try await rig.engine.startContainer("box") }
      #expect(rig.kernel.state == before && rig.dataPlane.table.reservations.isEmpty)
      let requests = rig.dataPlane.reservationRequests
      try await rig.engine.startContainer("box")
      #expect(rig.runtime.running == [id])
      #expect(rig.dataPlane.reservationRequests == requests + 1)
    }
  }

  @Test func aPortThatAnotherContainerHas() async throws {
    try await Rig.with { rig in
      for name in ["one", "two"] { _ = try await rig.engine.createContainer(try rig.request(name, ports: ["8080:80"])) }
      try await rig.engine.startContainer("one")
      await expectError(.system, containing: "Bind for 0.0.0.0:8080 failed: port is already allocated") {
        try await rig.engine.startContainer("two")
      }
      try await rig.engine.stopContainer("one")
      try await rig.engine.startContainer("two")
    }
  }

  @Test func aPortThatAnotherProgramHas() async throws {
    try await Rig.with { rig in
      rig.dataPlane.occupy(8080)
      _ = try await rig.engine.createContainer(try rig.request("fixed", ports: ["8080:80"]))
      await expectError(.system, containing: "address already in use") { try await rig.engine.startContainer("fixed") }
      _ = try await rig.engine.createContainer(try rig.request("range", ports: ["8080-8082:80"]))
      try await rig.engine.startContainer("range")
      #expect(try await rig.engine.container("range").container.publications.allSatisfy { $0.hostPort == 8081 })
    }
  }

  @Test func connectingAndDisconnectingLive() async throws {
    try await Rig.with { rig in
      let engine = rig.engine
      for name in ["web", "db"] { _ = try await engine.createNetwork(NetworkCreateRequest(name: name)) }
      _ = try await engine.createContainer(try rig.request("box", network: "web"))
      try await engine.startContainer("box")
      let before = rig.kernel.state
      try await engine.connect(network: "db", container: "box")
      #expect(try await engine.container("box").container.endpoints.map(\.interface?.rawValue) == ["eth0", "eth1"])
      #expect(rig.dataPlane.table.endpoints.count == 2)
      await expectError(.forbidden, containing: "endpoint with name box already exists in network db") {
        try await engine.connect(network: "db", container: "box")
      }
      try await engine.disconnect(network: "db", container: "box")
      #expect(rig.kernel.state == before && rig.dataPlane.table.endpoints.count == 1)
      await expectError(.forbidden, containing: "is not connected to network db") {
        try await engine.disconnect(network: "db", container: "box")
      }
      rig.kernel.failNext()
      await expectError(.system) { try await engine.connect(network: "db", container: "box") }
      #expect(rig.kernel.state == before)
      #expect(try await engine.network("db").attachments.isEmpty)
      try await engine.connect(network: "db", container: "box")
      #expect(try await engine.network("db").attachments.first?.endpoint.ipv4?.description == "172.19.0.2/16")
    }
  }

  @Test func aNetworkThatIsNotThere() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createContainer(try rig.request("box", network: "later"))
      await expectError(.notFound, containing: "network later not found") {
        try await rig.engine.startContainer("box")
      }
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "later"))
      try await rig.engine.startContainer("box")
      #expect(try await rig.engine.network("later").attachments.map(\.name) == ["box"])
    }
  }

  @Test func aContainerThatRemovesItself() async throws {
    try await Rig.with { rig in
      let id = try await rig.engine.createContainer(try rig.request("box", autoRemove: true)).id
      let wait = try await rig.engine.wait("box", condition: .removed)
      try await rig.engine.startContainer("box")
      rig.runtime.end(id, code: 5)
      #expect(try await wait.result().exitCode == 5)
      #expect(try await rig.engine.containers(ContainerListRequest(all: true)).isEmpty)
      #expect(rig.kernel.state.sandboxes.isEmpty && rig.images.prepared.isEmpty)
    }
  }

  @Test func aPolicyStartsItAgainUntilAPersonStopsIt() async throws {
    try await Rig.with { rig in
      let id = try await rig.engine.createContainer(
        try rig.request("box", restart: RestartPolicy(name: .always))
      ).id
      try await rig.engine.startContainer("box")
      rig.runtime.end(id, code: 1)
      try await eventually {
        let state = try await rig.engine.container("box").container.state
        return state.status == .running && state.restartCount == 1
      }
      try await rig.engine.stopContainer("box")
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await rig.engine.container("box").container.state.status == .exited)
    }
  }

  @Test func stoppingOneThatDoesNotListen() async throws {
    try await Rig.with { rig in
      rig.runtime.ignoreTerm()
      _ = try await rig.engine.createContainer(try rig.request("box"))
      try await rig.engine.startContainer("box")
      try await rig.engine.stopContainer("box", timeout: 0)
      #expect(try await rig.engine.container("box").container.state.exitCode == 137)
      await expectError(.notModified) { try await rig.engine.stopContainer("box") }
    }
  }

  @Test func eventsComeInDockersOrder() async throws {
    try await Rig.with { rig in
      let events = try await rig.engine.events()
      let id = try await rig.engine.createContainer(try rig.request("box", autoRemove: true)).id
      try await rig.engine.startContainer("box")
      rig.runtime.end(id, code: 0)
      var seen: [String] = []
      for await event in events {
        seen.append("\(event.kind) \(event.action)")
        if event.action == "destroy" { break }
      }
      #expect(
        seen == [
          "container create", "network connect", "container start", "container die", "network disconnect",
          "container destroy",
        ])
      let past = try await rig.engine.events(
        since: Timestamp(nanoseconds: 0), until: .now, filters: Filters(["event": ["die"]]))
      #expect(await past.reduce(into: [String]()) { $0.append($1.attributes["exitCode"] ?? "") } == ["0"])
    }
  }

  @Test func planningChangesNothing() async throws {
    try await Rig.with { rig in
      let before = rig.kernel.state
      let plan = try await rig.engine.planNetwork(NetworkCreateRequest(name: "web"))
      #expect(plan.text.contains("ip link add") && plan.text.contains("172.18.0.1/16"))
      let run = try await rig.engine.planRun(try rig.request("box", ports: ["8080:80"]))
      #expect(run.text.contains("ip netns add") && run.text.contains("8080"))
      #expect(rig.kernel.state == before)
      #expect(try await rig.engine.networks().count == 3)
      #expect(try await rig.engine.containers(ContainerListRequest(all: true)).isEmpty)
      _ = try await rig.engine.createContainer(try rig.request("box", ports: ["8080:80"]))
      try await rig.engine.startContainer("box")
      #expect(
        try await rig.engine.container("box").container.endpoints.first?.ipv4?.description == "172.17.0.2/16")
    }
  }

  @Test func aSuccessorFindsWhatRunsAndTakesAwayTheRest() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "web"))
      for name in ["runs", "died"] {
        let id = try await rig.engine.createContainer(try rig.request(name, network: "web", ports: ["0:80"])).id
        try await rig.engine.startContainer(name)
        if name == "died" { try await rig.runtime.delete(id) }
      }
      let table = rig.dataPlane.table
      let engine = try await rig.successor()
      let runs = try await engine.container("runs").container
      #expect(runs.state.status == .running && runs.endpoints.first?.ipv4?.description == "172.18.0.2/16")
      let died = try await engine.container("died").container
      #expect(died.state.status == .exited && died.endpoints.first?.ipv4 == nil && died.publications.isEmpty)
      #expect(rig.kernel.state.sandboxes == [runs.id.rawValue])
      #expect(rig.dataPlane.table.sandboxes[runs.id.rawValue] == table.sandboxes[runs.id.rawValue])
      #expect(rig.dataPlane.table.endpoints.count == 1)
      // What it adopted is taken, what it released is free.
      try await engine.startContainer("died")
      #expect(try await engine.container("died").container.endpoints.first?.ipv4?.description == "172.18.0.3/16")
      rig.runtime.end(runs.id, code: 9)
      try await eventually { try await engine.container("runs").container.state.exitCode == 9 }
      await engine.shutdown()
    }
  }

  @Test func beforeItIsStartedItSaysSo() async throws {
    let engine = try Engine(configuration: EngineConfiguration(dataRoot: "/nowhere"), logger: .init(label: "test"))
    await expectError(.unavailable) { _ = try await engine.createNetwork(NetworkCreateRequest(name: "web")) }
  }
}

import FakeKernel
import Coordination
import EngineModel
import Testing

@testable import Engine

/// Two operations on containers that depend on each other, at one time.
@Suite struct ContainerRaceTests {
  /// `web` has a link to `db`, and `db` runs.
  private func pair(_ rig: Rig, ports: [String] = []) async throws {
    _ = try await rig.engine.createContainer(try rig.request("db"))
    try await rig.engine.startContainer("db")
    _ = try await rig.engine.createContainer(try rig.request("web", ports: ports, links: ["db"]))
  }

  private func links(_ rig: Rig) async throws -> [String] {
    try await rig.engine.container("web").container.host.links
  }

  @Test func aRenameDuringTheStartOfALinker() async throws {
    try await Rig.with { rig in
      try await pair(rig)
      let (arrival, open) = rig.runtime.creating.stopNext()
      async let start: Void = rig.engine.startContainer("web")
      await arrival.value()
      async let rename: Void = rig.engine.renameContainer("db", to: "store")
      try await Task.sleep(for: .milliseconds(20))
      open.succeed()
      try await start
      try await rename
      #expect(try await links(rig) == ["/store:/web/db"])
      #expect(try await rig.engine.container("web").container.state.status == .running)
    }
  }

  /// The start chooses another port and writes its record again.
  @Test func aRenameWhileALinkerReservesItsPorts() async throws {
    try await Rig.with { rig in
      try await pair(rig, ports: ["8080-8082:80"])
      rig.dataPlane.occupy(8080)
      let (arrival, open) = rig.dataPlane.applying.stopNext()
      async let start: Void = rig.engine.startContainer("web")
      await arrival.value()
      async let rename: Void = rig.engine.renameContainer("db", to: "store")
      try await Task.sleep(for: .milliseconds(20))
      open.succeed()
      try await start
      try await rename
      #expect(try await links(rig) == ["/store:/web/db"])
      #expect(try await rig.engine.container("web").container.publications.allSatisfy { $0.hostPort == 8081 })
    }
  }

  @Test func aRenameDuringAFailedConnectOfALinker() async throws {
    try await Rig.with { rig in
      try await pair(rig)
      try await rig.engine.startContainer("web")
      _ = try await rig.engine.createNetwork(NetworkCreateRequest(name: "other"))
      rig.kernel.pause()
      async let connect: Void = rig.engine.connect(network: "other", container: "web")
      while !rig.kernel.isApplying { try await Task.sleep(for: .milliseconds(1)) }
      async let rename: Void = rig.engine.renameContainer("db", to: "store")
      try await Task.sleep(for: .milliseconds(20))
      rig.kernel.failNext()
      rig.kernel.resume()
      do {
        try await connect
        Issue.record("the connect did not fail")
      } catch is EngineError {}
      try await rename
      #expect(try await links(rig) == ["/store:/web/db"])
      #expect(try await rig.engine.container("web").container.endpoints.count == 1)
    }
  }

  @Test func twoRenamesOfContainersThatLinkEachOther() async throws {
    try await Rig.with { rig in
      try await pair(rig)
      async let first: Void = rig.engine.renameContainer("db", to: "store")
      async let second: Void = rig.engine.renameContainer("web", to: "shop")
      try await first
      try await second
      let links = try await rig.engine.container("shop").container.host.links
      #expect(links.count == 1 && links[0].hasPrefix("/store:"))
    }
  }
}

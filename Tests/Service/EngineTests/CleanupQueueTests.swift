import Addressing
import EngineModel
import Plugins
import StateStore
import Testing

@testable import Engine

/// The cleanup queue as a value, its documents, and the rows of older engines.
@Suite struct CleanupQueueTests {
  private func call(_ number: Int, of plugin: String = "p") -> CleanupTask {
    .pluginCall(PluginCall(plugin: plugin, method: "NetworkDriver.Leave", body: "{\"n\":\(number)}"))
  }

  @Test func entriesOfOneTargetComeInOrder() {
    var queue = CleanupQueue()
    queue.add([call(1), call(2), call(3, of: "other")])
    let first = queue.next(for: .plugin("p"))
    #expect(first?.task == call(1))
    queue.complete([first?.number ?? 0])
    #expect(queue.next(for: .plugin("p"))?.task == call(2))
    #expect(queue.next(for: .plugin("other"))?.task == call(3, of: "other"))
    #expect(queue.counts == [.plugin("p"): 1, .plugin("other"): 1])
  }

  @Test func heldEntriesWait() {
    var queue = CleanupQueue()
    let held = queue.add([call(1)], isHeld: true)
    queue.add([call(2)])
    #expect(queue.next(for: .plugin("p"))?.task == call(2))
    queue.activate(held)
    #expect(queue.next(for: .plugin("p"))?.task == call(1))
  }

  @Test func onlyWhatTheDatabaseLacksIsWritten() {
    var queue = CleanupQueue()
    let numbers = queue.add([call(1), call(2)], isHeld: true)
    #expect(queue.changes.count == 2)
    // One that is done before it was written leaves no trace.
    queue.complete([numbers[0]])
    #expect(queue.changes.count == 1)
    queue.didWrite()
    #expect(queue.changes.isEmpty)
    queue.complete([numbers[1]])
    guard case .removeCleanup(numbers[1])? = queue.changes.first else {
      Issue.record("\(queue.changes)")
      return
    }
  }

  @Test func aSuccessorFindsAllEntriesActive() {
    var queue = CleanupQueue([CleanupQueue.Entry(number: 7, task: call(1))])
    #expect(queue.next(for: .plugin("p"))?.number == 7)
    #expect(queue.add([call(2)]) == [8])
  }

  @Test func documentsAreReadAsTheyWereWritten() throws {
    let release = ClusterRelease(
      network: .random(), endpoint: .random(), container: .random(),
      addresses: [try parsed("192.0.2.7", as: IPAddress.self), try parsed("2001:db8::7", as: IPAddress.self)])
    for task in [call(1), .releaseClusterEndpoint(release), .removeFolder("/a b")] {
      #expect(try CleanupDocument(text: CleanupDocument(task).text).task == task)
    }
    // As the first version wrote it.
    let written = #"{"version":1,"kind":"pluginCall","plugin":"p","method":"IpamDriver.ReleasePool","body":"{}"}"#
    #expect(
      try CleanupDocument(text: written).task
        == .pluginCall(PluginCall(plugin: "p", method: "IpamDriver.ReleasePool", body: "{}")))
    #expect(try CleanupDocument(text: #"{"version":1,"kind":"of the future"}"#).task == nil)
    #expect(throws: EngineError.self) { try CleanupDocument(text: "{") }
  }

  @Test func rowsOfOlderEnginesAreTakenOver() {
    let network = NetworkID.random()
    let (endpoint, container) = (EndpointID.random(), ContainerID.random())
    let release =
      #"{"network":"\#(network)","endpoint":"\#(endpoint)","container":"\#(container)","addresses":["10.0.0.2"]}"#
    let legacy = LegacyCleanup([
      "id": "x", "plugin-debt:12": "p\nNetworkDriver.Leave\n-\n{\"n\":1}",
      "plugin-debt:3": "p\nNetworkDriver.DeleteNetwork\n\(network)\n{\"n\":2}",
      "plugin-debt:20": "overlay\nRelease\n-\n\(release)",
    ])
    #expect(
      legacy.tasks == [
        .pluginCall(PluginCall(plugin: "p", method: "NetworkDriver.DeleteNetwork", body: "{\"n\":2}")), call(1),
        .releaseClusterEndpoint(
          ClusterRelease(
            network: network, endpoint: endpoint, container: container,
            addresses: [.v4(IPv4Address(rawValue: 0x0A00_0002))])),
      ])
    #expect(legacy.unfinishedNetworks == [network])
    #expect(legacy.changes.count == 3)
  }

  @Test func atStartTheRowsMoveToTheirTable() async throws {
    try await Rig.with { rig in
      await rig.engine.detach()
      let path = "\(rig.folder)/state.sqlite"
      let store = try StateStore(path: path)
      try store.commit([.putSetting(key: "plugin-debt:4", value: "nobody\nNetworkDriver.Leave\n-\n{}")])
      try store.close()
      let engine = try await rig.successor()
      await engine.shutdown()
      let stored = try StateStore(path: path).load()
      #expect(!stored.settings.keys.contains { $0.hasPrefix("plugin-debt:") })
      #expect(stored.cleanup.values.contains { $0.contains("nobody") })
    }
  }
}

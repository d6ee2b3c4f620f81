import Coordination
import Addressing
import EngineModel
import NetworkPlan
import Testing

@testable import Engine

/// The engine's components, each alone.
@Suite struct SupervisionTests {
  private let box = ContainerID.random()

  @Test func aLockPassesToTheNextInLine() async {
    let order = await LockOrder().run()
    #expect(order == ["first", "second", "third"])
  }

  @Test func aWaiterGetsTheFirstOccasionThatItWaitsFor() async {
    var waits = WaitList()
    let exit = waits.add(box, .exit).results
    let removal = waits.add(box, .removal).results
    let (left, abandoned) = waits.add(box, .exit)
    waits.remove(box, left)
    waits.resolve(box, [.exit, .rest], WaitResult(exitCode: 3))
    waits.resolve(box, [.removal], WaitResult(exitCode: 4))
    #expect(await exit.first { _ in true }?.exitCode == 3)
    #expect(await removal.first { _ in true }?.exitCode == 4)
    #expect(await abandoned.first { _ in true } == nil)
  }

  @Test func aCancelledRestartDoesNotHappen() async {
    var restarts = RestartSupervisor()
    let (cancelled, happened) = (OneShot<Void, Never>(), OneShot<Void, Never>())
    restarts.schedule(box, after: .seconds(600)) { cancelled.succeed() }
    #expect(restarts.isScheduled(box))
    restarts.schedule(box, after: .zero) { happened.succeed() }
    await happened.value()
    restarts.didElapse(box)
    #expect(!restarts.isScheduled(box))
    restarts.schedule(box, after: .milliseconds(20)) { cancelled.succeed() }
    restarts.cancel(box)
    #expect(await cancelled.value(within: .milliseconds(60)) == nil)
  }

  @Test func probesFollowUntilTheMonitorStops() async {
    var monitor = HealthMonitor()
    let (probes, continuation) = AsyncStream.makeStream(of: Int.self)
    monitor.start(box, delay: { .milliseconds(1) }, probe: { continuation.yield(1) })
    var count = 0
    for await _ in probes {
      count += 1
      if count == 3 { break }
    }
    #expect(monitor.isMonitoring(box))
    monitor.stop(box)
    #expect(!monitor.isMonitoring(box))
    let ended = OneShot<Void, Never>()
    monitor.start(
      box,
      delay: {
        ended.succeed()
        return nil
      }, probe: { Issue.record("a probe without a delay") })
    await ended.value()
  }

  @Test func theLastReaderClosesTheFiles() {
    var views = FileViewCounts()
    views.open(box)
    views.open(box)
    let isFirstLast = views.close(box)
    #expect(!isFirstLast && views.isOpen(box))
    let isSecondLast = views.close(box)
    #expect(isSecondLast && !views.isOpen(box))
  }

  @Test func aPendingAttachmentThatIsRefusedHasNoOutput() async throws {
    var attachments = PendingAttachments()
    let streams = attachments.add(box, stdin: true).proxy(isTerminal: false)
    attachments.refuse(box)
    let left = attachments.removeAll(of: box)
    #expect(left.isEmpty)
    for try await _ in streams.output { Issue.record("output of a container that did not start") }
    await expectError(.conflict) { try await streams.write([1]) }
  }

  @Test func removingAContainerLeavesNothing() throws {
    var transient = TransientState()
    transient.machines[box] = ContainerStateMachine()
    _ = transient.execs.create(in: box, ExecRequest(command: ["x"]))
    transient.restarts.schedule(box, after: .seconds(600)) {}
    _ = transient.attachments.add(box, stdin: false)
    transient.remove(box)
    #expect(transient.machines.isEmpty && transient.execs.count == 0 && !transient.restarts.isScheduled(box))
    let left = transient.attachments.removeAll(of: box)
    #expect(left.isEmpty)
  }

  @Test func changesOfForeignTablesShareOneReading() async {
    var monitor = ForeignFirewallMonitor()
    let now = ContinuousClock.Instant.now
    #expect(!monitor.isCurrent(at: now))
    monitor.beginReading(at: now)
    #expect(monitor.isCurrent(at: now + .milliseconds(249)) && !monitor.isCurrent(at: now + .milliseconds(250)))
    let (readings, continuation) = AsyncStream.makeStream(of: Int.self)
    monitor.scheduleReading(at: now) { continuation.yield(1) }
    monitor.scheduleReading(at: now) { continuation.yield(2) }
    #expect(await readings.first { _ in true } == 1)
    monitor.beginScheduledReading()
    let news = monitor.update([], neighbours: [])
    #expect(news.findings.isEmpty && !news.neighboursChanged)
  }

  @Test func aBuildUsesItsNetworksUntilItsEnd() {
    var builds = BuildSandboxes()
    let network = NetworkID.random()
    var container = Container(
      id: box, name: "build", created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
      host: HostConfiguration(), imageID: "")
    container.endpoints = [Endpoint(id: .random(), network: network, container: box, settings: EndpointSettings())]
    builds.add(container)
    #expect(builds.user(of: network)?.id == box && builds.user(of: .random()) == nil)
    let removed = builds.remove(box)
    #expect(removed?.id == box && builds.user(of: network) == nil)
  }

  @Test func aNetworkForgetsItsBridges() throws {
    var activity = NetworkActivity()
    let network = Network(id: .random(), name: "web", created: Timestamp(nanoseconds: 0))
    let creation = Task<Void, any Error> {}
    activity.beginCreation(of: network.id, creation)
    #expect(activity.creation(of: network.id) != nil)
    activity.endCreation(of: network.id)
    #expect(activity.creation(of: network.id) == nil)
    let bridges = activity.removeBridges(of: network.id)
    #expect(bridges.isEmpty && activity.bridges(of: network.id).isEmpty)
  }

  @Test func aPluginIsToldOnceUnlessItDidNotAnswer() {
    var sessions = PluginSessions()
    sessions.didAnnounce(to: "net", address: "192.0.2.1")
    #expect(sessions.announcements == ["net": "192.0.2.1"])
    sessions.didFailToAnnounce(to: "net")
    #expect(sessions.announcements.isEmpty)
    sessions.expectReplays(of: ["ipam"])
    sessions.didReplay("ipam")
    #expect(sessions.pendingReplays.isEmpty)
  }
}

/// Three callers of one lock, inside one actor as in the engine.
private actor LockOrder {
  private let locks = KeyedLock<ContainerID>()
  private var order: [String] = []
  private let box = ContainerID.random()

  func run() async -> [String] {
    let second = await locks.withLock(box) {
      order.append("first")
      let second = Task { await self.enter("second") }
      while !hasAsked { await Task.yield() }
      return second
    }
    await second.value
    await enter("third")
    return order
  }

  private var hasAsked = false

  private func enter(_ name: String) async {
    hasAsked = true
    await locks.withLock(box) { order.append(name) }
  }
}

@Suite struct RestoredHostStateTests {
  private func restored(_ settings: [String: String], ipv4: String, ipv6: String) -> (HostState, Int) {
    var state = HostState()
    let files = [
      "/proc/sys/kernel/random/boot_id": "boot", "/proc/sys/net/ipv4/ip_forward": ipv4,
      "/proc/sys/net/ipv6/conf/all/forwarding": ipv6,
    ]
    let changes = state.restore(settings) { files[$0] }
    return (state, changes.count)
  }

  @Test func aHostThatForwardedBeforeIsLeftAlone() {
    let (state, changes) = restored([:], ipv4: "1", ipv6: "1")
    #expect(state.enabledForwarding == (false, false) && !state.forwardsIPv6 && changes == 2 && !state.engineID.isEmpty)
  }

  @Test func theNextEngineOfTheSameBootKnows() {
    let (first, _) = restored([:], ipv4: "0", ipv6: "0")
    #expect(first.enabledForwarding == (true, true) && !first.forwardsIPv6)
    let (next, changes) = restored(["id": "engine", "router": "boot 1 1"], ipv4: "1", ipv6: "1")
    #expect(next.enabledForwarding == (true, true) && next.forwardsIPv6 && next.engineID == "engine" && changes == 0)
    let (other, _) = restored(["id": "engine", "router": "before 1 1"], ipv4: "1", ipv6: "1")
    #expect(other.enabledForwarding == (false, false))
  }
}

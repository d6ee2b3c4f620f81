import Addressing
import EngineModel
import FakeKernel
import Logging
import NetworkPlan
import Reconciler
import Synchronization
import Testing

@Suite struct ReconcilerTests {
  private func network(_ name: String, _ subnet: String) throws -> Network {
    let network = Network(
      id: .random(), name: name, created: Timestamp(nanoseconds: 0),
      ipam: IPAMConfiguration(pools: [AddressPool(subnet: IPPrefix(subnet))]))
    return try network.completed(pools: [], avoiding: AddressSpace(), networks: AddressSpace())
  }

  @Test func setsAndRemoves() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let before = kernel.state
    #expect(await !reconciler.plan(.network(web.id), try web.state()).isEmpty)
    #expect(kernel.state == before)
    try await reconciler.update(.network(web.id)) { try web.state() }
    #expect(kernel.state == (try web.state()))
    await reconciler.remove(.network(web.id))
    #expect(kernel.state.links.isEmpty && kernel.state.addresses.isEmpty)
  }

  @Test func aFailureLeavesTheDesiredStateUnchanged() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    kernel.failNext()
    await #expect(throws: FakeKernel.InjectedFailure.self) {
      try await reconciler.update(.network(web.id)) { try web.state() }
    }
    #expect(await reconciler.desiredState(of: .network(web.id)).isEmpty)
    try await reconciler.update(.network(web.id)) { try web.state() }
    #expect(kernel.state == (try web.state()))
  }

  /// An update that waits for its turn must not bring back what it knew when it began to wait.
  @Test func anUpdateReadsTheFactsInItsTurn() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let facts = Mutex(["one"])
    let state: @Sendable () async throws -> KernelState = {
      var state = KernelState()
      for name in facts.withLock({ $0 }) { state.sysctls[Sysctl(.host, name)] = "1" }
      return state
    }
    kernel.pause()
    async let first: Void = reconciler.update(.host, to: state)
    while !kernel.isApplying { await Task.yield() }
    // This one begins before the second fact is known, and runs afterwards.
    async let second: Void = reconciler.update(.host, to: state)
    try await Task.sleep(for: .milliseconds(20))
    facts.withLock { $0.append("two") }
    kernel.resume()
    _ = try await (first, second)
    #expect(kernel.state.sysctls.keys.map(\.key).sorted() == ["one", "two"])
    #expect(await reconciler.desiredState(of: .host) == kernel.state)
  }

  @Test func aRemovalAsksInItsTurn() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    try await reconciler.update(.network(web.id)) { try web.state() }
    await reconciler.remove(.network(web.id)) { false }
    #expect(kernel.state == (try web.state()))
    await reconciler.remove(.network(web.id)) { true }
    #expect(kernel.state.links.isEmpty)
  }

  @Test func changesToOneOwnerRunOneAfterAnother() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let state = try web.state()
    await withTaskGroup { group in
      for number in 0..<40 {
        group.addTask {
          if number.isMultiple(of: 2) {
            try? await reconciler.update(.network(web.id)) { state }
          } else {
            await reconciler.remove(.network(web.id))
          }
        }
      }
    }
    #expect(kernel.refusals == 0)
    await reconciler.remove(.network(web.id))
    #expect(kernel.state.links.isEmpty)
  }

  @Test func reconcilingRestoresRemovesAndCompletes() async throws {
    let kernel = FakeKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let left = try network("left-over", "203.0.113.0/24")
    try await reconciler.update(.network(web.id)) { try web.state() }
    try await reconciler.update(.network(left.id)) { try left.state() }
    let bridge = try #require(try web.state().links.keys.first)
    kernel.breakLink(bridge)
    let plan = try await reconciler.reconcile([.network(web.id): try web.state()])
    #expect(!plan.isEmpty)
    #expect(kernel.state == (try web.state()))
    #expect(try await reconciler.difference().isEmpty)
  }
}

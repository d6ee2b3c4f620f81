import Addressing
import EngineModel
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
    let kernel = PretendedKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let before = kernel.state
    #expect(await !reconciler.plan(.network(web.id), try web.state()).isEmpty)
    #expect(kernel.state == before)
    try await reconciler.set(.network(web.id), to: try web.state())
    #expect(kernel.state == (try web.state()))
    await reconciler.remove(.network(web.id))
    #expect(kernel.state.links.isEmpty && kernel.state.addresses.isEmpty)
  }

  @Test func aFailureLeavesTheWishAsItWas() async throws {
    let kernel = PretendedKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    kernel.failNext()
    await #expect(throws: PretendedKernel.Failure.self) {
      try await reconciler.set(.network(web.id), to: try web.state())
    }
    #expect(await reconciler.desiredState(of: .network(web.id)).isEmpty)
    try await reconciler.set(.network(web.id), to: try web.state())
    #expect(kernel.state == (try web.state()))
  }

  @Test func changesToOneOwnerGoOneAfterAnother() async throws {
    let kernel = PretendedKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let state = try web.state()
    await withTaskGroup { group in
      for number in 0..<40 {
        group.addTask {
          if number.isMultiple(of: 2) {
            try? await reconciler.set(.network(web.id), to: state)
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
    let kernel = PretendedKernel()
    let reconciler = Reconciler(kernel: kernel, logger: Logger(label: "test"))
    let web = try network("web", "198.51.100.0/24")
    let left = try network("left-over", "203.0.113.0/24")
    try await reconciler.set(.network(web.id), to: try web.state())
    try await reconciler.set(.network(left.id), to: try left.state())
    let bridge = try #require(try web.state().links.keys.first)
    kernel.breakLink(bridge)
    let plan = try await reconciler.reconcile([.network(web.id): try web.state()])
    #expect(!plan.isEmpty)
    #expect(kernel.state == (try web.state()))
    #expect(try await reconciler.difference().isEmpty)
  }
}

/// A kernel made of a value: it carries out changes on a state and refuses what cannot be.
final class PretendedKernel: KernelPort {
  struct Failure: Error {}

  private struct Inside {
    var state = KernelState()
    var fails = false
    var refusals = 0
  }

  private let inside = Mutex(Inside())

  var state: KernelState { inside.withLock { $0.state } }
  var refusals: Int { inside.withLock { $0.refusals } }

  func failNext() { inside.withLock { $0.fails = true } }

  func breakLink(_ key: LinkKey) {
    inside.withLock { inside in
      if let link = inside.state.links[key] { inside.state.apply(.deleteLink(key, link, peer: nil)) }
    }
  }

  func apply(_ changes: [KernelChange]) async throws {
    // Gives others the chance to come in between, as the real one does.
    await Task.yield()
    try inside.withLock { inside in
      if inside.fails {
        inside.fails = false
        throw Failure()
      }
      for change in changes {
        if case .createLink(let key, _, _) = change, inside.state.links[key] != nil { inside.refusals += 1 }
        inside.state.apply(change)
      }
    }
  }

  func applyWhatever(_ changes: [KernelChange]) async -> [any Error] {
    do {
      try await apply(changes)
      return []
    } catch {
      return [error]
    }
  }

  func removeUnmarked(_ links: [LinkKey]) async throws {}

  func observe(settings: Set<Sysctl>) async throws -> KernelState { state }

  func observe(part wish: KernelState) async throws -> PartialObservation { PartialObservation(state: state) }
}

import FakeKernel
import Addressing
import Dispatch
import EngineModel
import NetworkPlan
import Synchronization
import Testing

@testable import Engine

/// The host's fragment of the desired state has several writers: creating networks, foreign tables, the cluster.
@Suite struct HostStateTests {
  /// A network creation decides that the host must forward IPv6. Before its update reaches the kernel, the bridge of
  /// another engine becomes known. Neither may be lost.
  @Test func anUpdateThatWaitedDoesNotOverwriteLaterFacts() async throws {
    let docker = try parsed("docker0", as: InterfaceName.self)
    let host = Steps(HostNetwork(links: [docker: HostNetwork.Link(kind: "bridge")]))
    let foreign = ForeignTable(
      name: "ip filter",
      listing: """
        table ip filter {
        \tchain FORWARD {
        \t\ttype filter hook forward priority filter; policy accept;
        \t\tiifname "docker0" accept
        \t}
        }
        """)
    let tables = Mutex<[ForeignTable]>([])
    try await Rig.with(hostNetwork: { await host.next() }, foreignTables: { tables.withLock { $0 } }) { rig in
      // The engine reads foreign tables four times a second at most.
      try await Task.sleep(for: .milliseconds(300))
      host.hold()
      let request = {
        var request = NetworkCreateRequest(name: "six")
        request.enableIPv6 = true
        return request
      }()
      async let creating = rig.engine.createNetwork(request)
      try await eventually { host.waiting == 1 }
      tables.withLock { $0 = [foreign] }
      async let reading: Void = rig.engine.readForeignTables()
      try await eventually { host.waiting == 2 }
      // Both continue in this order, and the engine runs them one directly after the other.
      let isReady = DispatchSemaphore(value: 0)
      async let blocking: Void = rig.engine.block(until: isReady)
      try await Task.sleep(for: .milliseconds(20))
      for _ in 0..<2 {
        host.release()
        try await Task.sleep(for: .milliseconds(50))
      }
      isReady.signal()
      _ = try await (creating, reading, blocking)
      let firewall = try #require(rig.kernel.state.firewalls[.host])
      let elements = firewall.elements.first(where: { "\($0.key)".hasSuffix("other_engines") })?.value ?? []
      #expect(elements.count == 1, "the bridge of the other engine is in the firewall")
      #expect(rig.kernel.state.sysctls.contains { $0.key.key == "net/ipv6/conf/all/forwarding" && $0.value == "1" })
    }
  }
}

extension Engine {
  /// Occupies the engine's thread.
  fileprivate func block(until semaphore: DispatchSemaphore) { semaphore.wait() }
}

/// Answers in the order of the questions, each when it is released.
private final class Steps<Value: Sendable>: Sendable {
  private struct Inside {
    var isHolding = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let value: Value
  private let inside = Mutex(Inside())

  init(_ value: Value) { self.value = value }

  var waiting: Int { inside.withLock { $0.waiting.count } }
  func hold() { inside.withLock { $0.isHolding = true } }
  func release() { inside.withLock { $0.waiting.removeFirst() }.resume() }

  func next() async -> Value {
    await withCheckedContinuation { continuation in
      let isHeld = inside.withLock { inside in
        if inside.isHolding { inside.waiting.append(continuation) }
        return inside.isHolding
      }
      if !isHeld { continuation.resume() }
    }
    return value
  }
}

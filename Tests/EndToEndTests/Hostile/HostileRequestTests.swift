import Glibc
import Kernel
import TestHosts
import Testing

/// Any input on the socket gets the right status and a message, leaves nothing behind, and does not grow the engine.
@Suite(.serialized, .engineHost) struct HostileRequestTests {
  static var all: [HostileRequest] {
    HostileWire.all + HostileJSON.all + HostileThings.all + HostileArchives.all
  }

  private func perform(_ request: HostileRequest, on host: TestHost) async throws -> RawExchange {
    let path = host.socketPath
    return try await onDedicatedThread("hostile") {
      try RawExchange.perform(path, request.pieces, request.ending, seconds: 15)
    }
  }

  /// Several requests at a time.
  private func performAll(
    on host: TestHost, _ check: @Sendable @escaping (HostileRequest, RawExchange) -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, request) in Self.all.enumerated() {
        if index >= 4 { try await group.next() }
        group.addTask { check(request, try await perform(request, on: host)) }
      }
      try await group.waitForAll()
    }
  }

  /// The container that request smuggling tries to remove.
  private func makeKeeper(on host: TestHost) async throws {
    guard try await host.docker("inspect", "keeper").code != 0 else { return }
    try await host.runIdle("keeper")
  }

  @Test func requestTableIsLargeAndUnique() {
    let names = Self.all.map(\.what)
    #expect(names.count >= 200)
    #expect(Set(names).count == names.count, "\(names.filter { name in names.count { $0 == name } > 1 })")
  }

  @Test func badRequestIsRefusedAndLeavesNothing() async throws {
    let host = try TestHost.shared
    try await makeKeeper(on: host)
    try await host.shell("echo untouched >\(host.folder)/canary").succeeded()
    let before = try await host.engineTrace()
    try await performAll(on: host) { request, answer in
      let shown = "\(request.what): \(answer.statuses) \(answer.text.suffix(400))"
      #expect(answer.wasClosed, "left open: \(shown)")
      #expect(request.statuses.contains(answer.status), "\(shown)")
      #expect(answer.text.lowercased().contains(request.says.lowercased()), "\(shown)")
      if request.answers >= 0 { #expect(answer.statuses.count == request.answers, "answers: \(shown)") }
      // It must not be an internal error.
      #expect(!answer.text.contains("Fatal error") && !answer.text.contains("Swift."), "\(shown)")
    }
    try await waitUntil("the engine's connections to be closed") { try await host.engineFiles() <= before.files + 2 }
    let after = try await host.engineTrace()
    #expect(after.objects == before.objects)
    #expect(after.rows == before.rows)
    #expect(after.host.extra(since: before.host).isEmpty, "\(after.host.extra(since: before.host))")
    #expect(before.host.extra(since: after.host).isEmpty, "\(before.host.extra(since: after.host))")
    #expect(try await host.inspect("keeper", "{{.State.Running}}") == "true")
    let strays = try await host.shell(
      "cat \(host.folder)/canary; find / -xdev -name 'evil*' -not -path '/proc/*' 2>/dev/null")
    #expect(strays.text == "untouched", "\(strays)")
  }

  @Test func repeatedRequestsDoNotGrowMemory() async throws {
    let host = try TestHost.shared
    try await makeKeeper(on: host)
    try await performAll(on: host) { _, _ in }
    let before = try await host.engineMemory()
    for _ in 0..<2 { try await performAll(on: host) { _, _ in } }
    let after = try await host.engineMemory()
    // The limit detects a leak of one kilobyte per request.
    #expect(after - before < 8 * 1024, "\(before) KiB before, \(after) after")
  }

  @Test func slowClientsDoNotBlockOthers() async throws {
    let host = try TestHost.shared
    let files = try await host.engineFiles()
    let path = host.socketPath
    let idle = try await onDedicatedThread("idle") { try (0..<2000).map { _ in try RawExchange.connect(path) } }
    // Slow clients that send a byte now and then and never finish.
    let slow = try await onDedicatedThread("slow") { () -> [OwnedDescriptor] in
      try (0..<300).map { number in
        let connection = try RawExchange.connect(path)
        let texts = [
          "GET /_pi", "GET /_ping HTTP/1.1\r\nHost: d\r\nX-A",
          "POST /networks/create HTTP/1.1\r\nHost: d\r\n"
            + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"Name\"",
        ]
        let bytes = Array(texts[number % texts.count].utf8)
        _ = bytes.withUnsafeBytes { write(connection.number, $0.baseAddress, $0.count) }
        return connection
      }
    }
    // Sends requests without end and never reads an answer.
    let deaf = try await onDedicatedThread("deaf") { () -> OwnedDescriptor in
      let connection = try RawExchange.connect(path)
      let bytes = Array(String(repeating: "GET /info HTTP/1.1\r\nHost: d\r\n\r\n", count: 20_000).utf8)
      _ = bytes.withUnsafeBytes { send(connection.number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
      return connection
    }
    #expect(try await host.docker("run", "--rm", "busybox", "echo", "served").text == "served")
    // The engine opens and closes a few descriptors of its own meanwhile, for its firewall among others.
    try await waitUntil("all to be let in", for: .seconds(60)) { try await host.engineFiles() >= files + 2301 - 32 }
    #expect(try await host.engineMemory() < 200 * 1024)
    withExtendedLifetime((idle, slow, deaf)) {}
  }

  @Test func closedConnectionsAreReleased() async throws {
    let host = try TestHost.shared
    let files = try await host.engineFiles()
    let path = host.socketPath
    for _ in 0..<5 {
      try await onDedicatedThread("fleeting") {
        let connections = try (0..<500).map { _ in try RawExchange.connect(path) }
        withExtendedLifetime(connections) {}
      }
    }
    try await waitUntil("the connections to be gone") { try await host.engineFiles() <= files + 4 }
  }
}

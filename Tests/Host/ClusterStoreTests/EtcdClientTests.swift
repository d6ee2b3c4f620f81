import Addressing
import Cluster
import ClusterStore
import TestHosts
import Testing

/// The client against Debian's etcd, in a host of its own: this process asks through a relay of the host's namespace, a
/// unix socket being the same file everywhere.
@Suite(.serialized) struct EtcdClientTests {
  /// Passes what comes by a unix socket on to etcd.
  private static let relay = """
    import socket, sys, threading
    server = socket.socket(socket.AF_UNIX)
    server.bind(sys.argv[1])
    server.listen(16)
    def pump(source, target):
        try:
            while data := source.recv(65536): target.sendall(data)
        except OSError: pass
        try: target.shutdown(socket.SHUT_WR)
        except OSError: pass
    while True:
        near, _ = server.accept()
        try: far = socket.create_connection(("127.0.0.1", 2379))
        except OSError: near.close(); continue
        for pair in [(near, far), (far, near)]: threading.Thread(target=pump, args=pair, daemon=True).start()
    """

  private func withStore(_ body: (EtcdClient, TestHost) async throws -> Void) async throws {
    let host = try TestHost.shared
    let path = "\(host.folder)/etcd.sock"
    _ = try await host.start(["etcd", "--data-dir", "\(host.folder)/etcd", "--logger", "zap", "--log-level", "error"])
    _ = try await host.start(["python3", "-c", Self.relay, path])
    try await waitUntil("etcd to answer", for: .seconds(20)) {
      try await host.run(["curl", "-s", "-m", "1", "--unix-socket", path, "http://etcd/health"]).stdout.contains("true")
    }
    try await body(EtcdClient(servers: [.unix(path: path)], prefix: "test"), host)
  }

  @Test(.bareHost) func claimsAreMadeOnce() async throws {
    try await withStore { client, _ in
      let claim = Transaction(if: [.absent("a/1")], then: [.put("a/1", "one é \"")])
      let first = try await client.commit(claim)
      #expect(first.isDone)
      #expect(try await !client.commit(claim).isDone)
      let snapshot = try await client.snapshot()
      #expect(snapshot.texts == ["a/1": "one é \""])
      #expect(snapshot.changedBy == ["a/1": first.revision] && snapshot.revision == first.revision)
      // Conditions of each kind, true and false.
      let conditions: [(Transaction.Condition, Bool)] = [
        (.present("a/1"), true), (.present("a/2"), false), (.equal("a/1", "one é \""), true),
        (.equal("a/1", "two"), false),
        (.equal("a/2", ""), false), (.unchanged("a/1", since: first.revision), true),
        (.unchanged("a/1", since: 1), false),
        (.unchanged("a/2", since: 0), true), (.none(under: "c/"), true), (.none(under: "a/"), false),
      ]
      for (condition, holds) in conditions {
        let outcome = try await client.commit(Transaction(if: [condition], then: [.put("b", "x")]))
        #expect(outcome.isDone == holds, "\(condition)")
      }
      // All or nothing.
      let both = Transaction(if: [.absent("a/2"), .absent("a/1")], then: [.put("a/2", "two"), .remove("a/1")])
      #expect(try await !client.commit(both).isDone)
      #expect(try await client.commit(Transaction(then: [.put("a/2", "two"), .remove("a/1")])).isDone)
      #expect(try await client.snapshot().texts == ["a/2": "two", "b": "x"])
    }
  }

  @Test(.bareHost) func changesAreTold() async throws {
    try await withStore { client, host in
      let start = try await client.commit(Transaction(then: [.put("a/1", "one")])).revision
      let stream = client.changes(after: start)
      let second = try await client.commit(Transaction(then: [.put("a/1", "two"), .put("a/2", "")])).revision
      let third = try await client.commit(Transaction(then: [.remove("a/1")])).revision
      try await host.shell(
        "curl -s -d '{\"key\":\"b3RoZXI=\",\"value\":\"eA==\"}' http://127.0.0.1:2379/v3/kv/put"
      ).succeeded()
      let lease = try await client.grantLease(seconds: 60)
      #expect(try await client.keepAlive(lease: lease))
      let fourth = try await client.commit(Transaction(then: [.putLeased("alive", "", lease: lease)])).revision
      try await client.revoke(lease: lease)
      #expect(try await !client.keepAlive(lease: lease))
      var told: [ClusterChange] = []
      for try await changes in stream {
        told += changes
        if told.count == 5 { break }
      }
      #expect(
        told == [
          ClusterChange(path: "a/1", text: "two", revision: second),
          ClusterChange(path: "a/2", text: "", revision: second),
          ClusterChange(path: "a/1", text: nil, revision: third),
          ClusterChange(path: "alive", text: "", revision: fourth),
          ClusterChange(path: "alive", text: nil, revision: fourth + 1),
        ])
    }
  }

  @Test func aStoreThatIsNotThere() async throws {
    let client = EtcdClient(servers: [.unix(path: "/nonesuch/etcd.sock")], prefix: "test")
    let failure = await #expect(throws: StoreFailure.self) { try await client.snapshot() }
    #expect(failure?.kind == .unreachable)
  }
}

import TestHosts
import Testing

/// Two hosts on one segment, with a shared etcd on the first.
struct TestCluster {
  let hosts: [TestHost]
  private let store: TestStore

  static let storeAddress = "203.0.113.1"

  static func address(_ index: Int) -> String { "203.0.113.\(index + 1)" }

  static let flags = ["--cluster-store", "etcd://\(storeAddress):2379/test", "--cluster-advertise", "seg0"]

  /// Creates a second host and connects the two, with the store and optionally without engines.
  static func with(engines: Bool = true, _ body: (TestCluster) async throws -> Void) async throws {
    let one = try TestHost.shared
    let two = try await TestHost.make()
    do {
      try await one.join(two, by: "seg0")
      let cluster = TestCluster(hosts: [one, two], store: TestStore(host: one))
      for (index, host) in cluster.hosts.enumerated() {
        try await host.shell("ip addr add \(address(index))/24 dev seg0").succeeded()
      }
      try await cluster.store.start()
      if engines {
        for index in cluster.hosts.indices { try await cluster.startEngine(index) }
        for host in cluster.hosts { try await host.loadBusybox() }
      }
      try await body(cluster)
    } catch {
      // The end of the engines' logs explains most failures.
      print(one.engineLog.split(separator: "\n").suffix(40).joined(separator: "\n"))
      print(two.engineLog.split(separator: "\n").suffix(40).joined(separator: "\n"))
      await two.close()
      throw error
    }
    await two.close()
  }

  /// The second engine gets its settings from a file.
  func startEngine(_ index: Int) async throws {
    var flags = Self.flags
    if index > 0 {
      let path = "\(hosts[index].folder)/engine.json"
      let text = """
        {"cluster": {"store": ["http://\(Self.storeAddress):2379"], "prefix": "test", "advertise": "\(Self.address(index))"}}
        """
      try await hosts[index].shell("cat >'\(path)'", stdin: text).succeeded()
      #expect(try await hosts[index].causeway("config", "check", path).code == 0)
      flags = ["--config-file", path]
    }
    try await hosts[index].startEngine(flags)
    try await waitUntilAlive(index)
  }

  func waitUntilAlive(_ index: Int) async throws {
    try await waitUntil("host \(index) to follow the store", for: .seconds(15)) {
      try await hosts[index].causeway("cluster", "ls", "--format", "{{.Self}} {{.Status}}").lines
        .contains("this host alive")
    }
  }

  func stopStore() async throws { try await store.stop() }
  func startStore() async throws { try await store.start() }

  /// The records in etcd by path, without the prefix.
  func paths() async throws -> [String] {
    let script = """
      curl -s -m 5 -d '{"key":"dGVzdC8=","range_end":"dGVzdDA=","keys_only":true}' http://\(Self.storeAddress):2379/v3/kv/range \
      | jq -r '.kvs[]?.key | @base64d' | sed 's,^test/,,'
      """
    return try await hosts[0].shell(script).succeeded().lines
  }
}

/// An etcd in a host.
private final class TestStore: Sendable {
  private let host: TestHost

  init(host: TestHost) { self.host = host }

  private var pidFile: String { "\(host.folder)/etcd.pid" }

  func start() async throws {
    let url = "http://\(TestCluster.storeAddress):2379"
    _ = try await host.start([
      "sh", "-c",
      "echo $$ >\(pidFile); exec etcd --data-dir \(host.folder)/etcd --listen-client-urls \(url) --advertise-client-urls "
        + "\(url) --listen-peer-urls http://127.0.0.1:2380 --logger zap --log-level error",
    ])
    try await waitUntil("etcd to answer", for: .seconds(20)) {
      try await host.run(["curl", "-s", "-m", "1", "\(url)/health"]).stdout.contains("true")
    }
  }

  func stop() async throws {
    try await host.shell("kill -9 $(cat \(pidFile)); while kill -0 $(cat \(pidFile)) 2>/dev/null; do sleep 0.1; done")
      .succeeded()
  }
}

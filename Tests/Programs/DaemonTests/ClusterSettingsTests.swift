import Addressing
import Engine
import EngineSettings
import Testing
import TransportSecurity

@testable import causewayd

/// How an engine is told of its cluster: by Docker's old flags, or under one roof in the file.
@Suite struct ClusterSettingsTests {
  private func cluster(_ arguments: String...) throws -> ClusterConfiguration? {
    try DaemonConfiguration(try FlagParser.parse(arguments)).engine.cluster
  }

  private func cluster(file: String) throws -> ClusterConfiguration? {
    try DaemonConfiguration(try ConfigurationFile.settings(Array(file.utf8), path: "engine.json")).engine.cluster
  }

  private static func server(_ text: String) throws -> ServerAddress {
    try #require(ServerAddress(hostAndPort: Substring(text)))
  }

  @Test func flags() throws {
    #expect(try cluster() == nil)
    let plain = try #require(
      try cluster("--cluster-store=etcd://192.0.2.10:2379/some/where/", "--cluster-advertise", "eth1"))
    #expect(plain.servers == [try Self.server("192.0.2.10:2379")] && plain.prefix == "some/where")
    #expect(plain.advertise == "eth1" && plain.port == 4789)
    let full = try #require(
      try cluster(
        "--cluster-store", "etcd://192.0.2.10:2379,[2001:db8::1]:2379", "--cluster-store", "http://localhost:4001/",
        "--cluster-advertise=192.0.2.1", "--cluster-store-opt", "kv.path=/mine", "--cluster-port", "8472"))
    #expect(
      full.servers == [
        try Self.server("192.0.2.10:2379"), try Self.server("[2001:db8::1]:2379"), try Self.server("127.0.0.1:4001"),
      ])
    #expect(full.prefix == "mine" && full.port == 8472 && full.tls == nil)
    let secure = try #require(
      try cluster(
        "--cluster-store", "etcd://192.0.2.10:2379", "--cluster-advertise=eth0", "--cluster-store-opt",
        "kv.cacertfile=/ca.pem", "--cluster-store-opt", "kv.certfile=/c.pem", "--cluster-store-opt", "kv.keyfile=/k.pem"
      ))
    #expect(secure.tls == TLSFiles(authority: "/ca.pem", certificate: "/c.pem", key: "/k.pem"))
    #expect(
      try cluster("--cluster-store", "https://192.0.2.10:2379", "--cluster-advertise=eth0")?.tls == TLSFiles())
  }

  @Test func file() throws {
    let text = """
      {"cluster": {"store": ["http://192.0.2.10:2379", "http://192.0.2.11:2379"], "advertise": "192.0.2.1",
        "prefix": "prod", "port": 8472}}
      """
    let made = try #require(try cluster(file: text))
    #expect(made.servers.count == 2 && made.prefix == "prod" && made.advertise == "192.0.2.1" && made.port == 8472)
    let short = try #require(
      try cluster(file: #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0"}}"#))
    #expect(short.prefix == "causeway" && short.port == 4789)
    // Docker's own keys.
    let old = try #require(
      try cluster(file: #"{"cluster-store": ["etcd://192.0.2.10:2379/old"], "cluster-advertise": "eth0"}"#))
    #expect(old.prefix == "old")
  }

  @Test(arguments: [
    (#"{"cluster": 7}"#, "cluster", "an object"),
    (#"{"cluster": {"store": 7, "advertise": "eth0"}}"#, "cluster.store", "the address of a server"),
    (#"{"cluster": {"store": "http://192.0.2.10:2379"}}"#, "cluster.store", "it needs cluster-advertise"),
    (#"{"cluster": {"advertise": "eth0"}}"#, "cluster.advertise", "of no use without cluster-store"),
    (
      #"{"cluster": {"store": ["http://192.0.2.10:2379", "http://here"], "advertise": "eth0"}}"#, "cluster.store[1]",
      "etcd://ADDRESS:PORT"
    ),
    (#"{"cluster": {"store": "consul://192.0.2.10:8500", "advertise": "eth0"}}"#, "cluster.store", "etcd, the only"),
    (#"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "a b"}}"#, "cluster.advertise", "a word"),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "port": 0}}"#, "cluster.port",
      "1 to 65535"
    ),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "port": "x"}}"#, "cluster.port", "a number"
    ),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "prefix": ""}}"#, "cluster.prefix",
      "kv.path=PREFIX"
    ),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "colour": 1}}"#, "cluster.colour",
      "don't match any configuration option"
    ),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "tls": {"ca": "ca.pem"}}}"#,
      "cluster.tls.ca", "an absolute path"
    ),
    (
      #"{"cluster": {"store": "http://192.0.2.10:2379", "advertise": "eth0", "tls": {"chain": "/ca.pem"}}}"#,
      "cluster.tls.chain", "ca, cert or key"
    ),
  ]) func whatCannotBe(_ file: String, _ place: String, _ reason: String) {
    let errors = ConfigurationFile.read(Array(file.utf8)).errors
    #expect(errors.contains { $0.path == place && $0.reason.contains(reason) }, "\(errors)")
  }
}

import TestHosts
import Testing

/// A network of several bridges behaves as one network: with two containers per bridge, five containers need three
/// bridges.
@Suite(.serialized, .engineHost) struct ManyBridgesTests {
  private static let two = ["-o", "com.causeway.network.containers_per_bridge=2"]

  private func make(_ name: String, _ options: [String] = []) async throws -> [String] {
    let host = try TestHost.shared
    try await host.docker(["network", "create"] + Self.two + options + [name]).succeeded()
    let names = (0..<5).map { "\(name)\($0)" }
    for one in names { try await host.runWeb(one, "--network", name, "-P", "--expose", "80") }
    return names
  }

  private func ports(of name: String) async throws -> [String: Int] {
    let host = try TestHost.shared
    let id = try await host.inspect(name, "{{.Id}}")
    let script = """
      for b in cw-\(id.prefix(12)) cwm\(id.prefix(9))-01 cwm\(id.prefix(9))-02; do
        echo $b $(ls /sys/class/net/$b/brif | grep -c ^cwe); done
      """
    let lines = try await host.shell(script).succeeded().lines.map { $0.split(separator: " ") }
    return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0].prefix(3)) + $0[0].suffix(2), Int($0[1]) ?? -1) })
  }

  @Test func memberBridgesAreOneSegment() async throws {
    let host = try TestHost.shared
    // IPv6 forwarding stays enabled on the host, so this is no trace of this network.
    try await host.docker("network", "create", "--ipv6", "six").succeeded()
    let before = try await host.snapshot()
    let names = try await make("wide", ["--ipv6"])
    #expect(try await ports(of: "wide").values.sorted() == [1, 2, 2])
    for (asker, asked) in [(0, 1), (0, 4), (4, 0), (2, 4), (3, 2)] {
      let url = "http://\(names[asked])/"
      #expect(try await host.exec(names[asker], "timeout", "3", "wget", "-q", "-O", "-", url).text == names[asked])
      #expect(try await host.exec(names[asker], "ping", "-6", "-c1", "-W3", names[asked]).code == 0)
    }
    #expect(try await host.exec(names[4], "ping", "-c1", "-W3", TestHost.outsideAddress).code == 0)
    let port = try await host.docker("port", names[4], "80/tcp").succeeded().lines[0].split(separator: ":").last ?? ""
    #expect(try await host.fetchSoon("\(TestHost.address):\(port)", from: .outside) == names[4])
    // A free slot is used again before another bridge is created.
    try await host.docker("rm", "-f", names[1]).succeeded()
    try await host.runIdle("late", "--network", "wide")
    #expect(try await ports(of: "wide").values.sorted() == [1, 2, 2])
    // A restarted engine finds the desired state, or restores it after drift.
    try await host.restartEngine()
    #expect(try await host.causeway("plan").succeeded().stdout == "")
    let id = try await host.inspect("wide", "{{.Id}}")
    try await host.shell("ip link delete cwt\(id.prefix(9))-02").succeeded()
    try await waitUntil("the bridges to be joined again", for: .seconds(10)) {
      try await host.exec(names[0], "ping", "-c1", "-W1", names[4]).code == 0
    }
    try await host.docker("rm", "-f", names[0], names[2], names[3], names[4], "late").succeeded()
    try await host.docker("network", "rm", "wide").succeeded()
    try await host.expectNothingSince(before)
  }

  @Test func isolationHoldsAcrossMemberBridges() async throws {
    let host = try TestHost.shared
    let quiet = try await make("quiet", ["-o", "com.docker.network.bridge.enable_icc=false"])
    let inner = try await make("inner", ["--internal"])
    for (asker, asked) in [(0, 1), (0, 4), (4, 0), (2, 4), (2, 3)] {
      let address = try await host.address(of: quiet[asked], on: "quiet")
      #expect(try await host.exec(quiet[asker], "ping", "-c1", "-W1", address).code != 0, "\(asker) to \(asked)")
    }
    for one in [0, 4] {
      #expect(try await host.exec(quiet[one], "ping", "-c1", "-W3", TestHost.outsideAddress).code == 0)
      #expect(try await host.exec(inner[one], "ping", "-c1", "-W1", TestHost.outsideAddress).code != 0)
      let other = try await host.address(of: inner[4 - one], on: "inner")
      #expect(try await host.exec(inner[one], "ping", "-c1", "-W3", other).code == 0)
      // A container of another network stays isolated.
      #expect(try await host.exec(quiet[one], "ping", "-c1", "-W1", other).code != 0)
    }
    try await host.docker(["rm", "-f"] + quiet + inner).succeeded()
  }
}

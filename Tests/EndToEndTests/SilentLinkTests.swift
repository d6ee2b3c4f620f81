import TestHosts
import Testing

/// Container links on a default bridge without ICC: they open the exposed ports of the linked container, for the
/// linking container only.
@Suite(.serialized, .engineHost("--icc=false", "--ipv6", "--fixed-cidr-v6", "fd00:17::/64")) struct SilentLinkTests {
  @Test func linkOpensExposedPorts() async throws {
    let host = try TestHost.shared
    let serve = "for p in 80 81; do httpd -p $p -h /etc; done; nc -lu -p 53 -e cat & exec sleep 1000"
    try await host.docker(
      "run", "-d", "--name", "store", "--expose", "80", "--expose", "53/udp", "busybox", "sh", "-c", serve
    ).succeeded()
    try await host.runIdle("client", "--link", "store:db")
    try await host.runIdle("stranger")
    func reaches(_ url: String, from name: String = "client") async throws -> Bool {
      try await host.exec(name, "timeout", "1", "wget", "-q", "-O", "-", "http://\(url)/hostname").code == 0
    }
    func address(_ field: String = "IPAddress") async throws -> String {
      try await host.inspect("store", "{{.NetworkSettings.Networks.bridge.\(field)}}")
    }
    let old = try await address()
    try await waitUntil("the store to answer", for: .seconds(10)) { try await reaches("db") }
    #expect(try await reaches("[\(address("GlobalIPv6Address"))]"))
    #expect(!(try await reaches("db:81")))
    #expect(try await host.exec("client", "ping", "-c1", "-W1", "db").code != 0)
    #expect(!(try await reaches(old, from: "stranger")))
    // The reverse direction is for replies only.
    let client = try await host.address(of: "client", on: "bridge")
    #expect(try await host.exec("store", "ping", "-c1", "-W1", client).code != 0)
    // The opening ends with the client, and follows the server to another address.
    try await host.docker("stop", "-t", "0", "store").succeeded()
    try await host.runIdle("usurper")
    try await host.docker("start", "store").succeeded()
    #expect(try await address() != old)
    try await waitUntil("the link to follow", for: .seconds(10)) { try await reaches("db") }
    try await host.docker("rm", "-f", "client").succeeded()
    let rules = try await host.shell("nft list set bridge causeway link_ports4; nft list set inet causeway link_ports4")
      .succeeded()
    #expect(!rules.stdout.contains("elements"), "\(rules.stdout)")
    try await host.docker("rm", "-f", "store", "stranger", "usurper").succeeded()
  }
}

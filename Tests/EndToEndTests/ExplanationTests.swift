import TestHosts
import Testing

/// Reasons that are not on the page, because something must be broken first.
@Suite(.serialized, .engineHost("--self-healing=false")) struct ExplanationTests {
  private func explain(_ arguments: String...) async throws -> (code: Int32, text: String) {
    let output = try await TestHost.shared.causeway(["explain"] + arguments)
    return (output.code, output.all)
  }

  private func startServer(_ host: TestHost, _ name: String, _ options: String...) async throws {
    try await host.docker(["run", "-d", "--name", name] + options + ["busybox", "httpd", "-f", "-p", "80"]).succeeded()
    try await waitUntil("\(name) to listen", for: .seconds(10)) {
      try await host.causeway("explain", "-q", name, "127.0.0.1:80").code == 0
    }
  }

  @Test func brokenKernelStateIsExplained() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "mend").succeeded()
    try await startServer(host, "here", "--network", "mend")
    try await startServer(host, "there", "--network", "mend", "-p", "8080:80")
    #expect(try await explain("here", "there:80").code == 0)

    let id = try await host.inspect("there", "{{.NetworkSettings.Networks.mend.EndpointID}}")
    let link = "cwe\(id.prefix(12))"
    try await host.shell("ip link set \(link) down").succeeded()
    let down = try await explain("here", "there:80")
    #expect(down.code == 1 && down.text.contains("✗ the link of there to the network mend is down"), "\(down)")
    #expect(
      down.text.contains(
        "! the network of there differs from its desired state: the engine does not repair it by itself"), "\(down)")
    #expect(down.text.contains("causeway plan"))
    try await host.shell("ip link set \(link) nomaster; ip link set \(link) up").succeeded()
    let loose = try await explain("host", "there:80")
    #expect(loose.code == 1 && loose.text.contains("is attached to no bridge"), "\(loose)")
    try await host.restartEngine()
    #expect(try await explain("here", "there:80").code == 0)

    // A missing set element.
    try await host.shell("nft delete element inet causeway published4_anywhere '{ tcp . 8080 }'").succeeded()
    let unpublished = try await explain("outside", "host:8080")
    #expect(unpublished.code == 1, "\(unpublished)")
    #expect(unpublished.text.contains("(nft 'add element inet causeway published4_anywhere"), "\(unpublished)")
    try await host.restartEngine()
    #expect(try await explain("outside", "host:8080").code == 0)

    try await host.shell("sysctl -qw net.ipv4.ip_forward=0").succeeded()
    let still = try await explain("here", "outside")
    #expect(still.code == 1 && still.text.contains("this host does not forward IPv4"), "\(still)")
    try await host.restartEngine()
    try await host.docker("rm", "-f", "here", "there").succeeded()
    try await host.docker("network", "rm", "mend").succeeded()
  }

  /// Containers that change their own network.
  @Test func changesInsideContainersAreExplained() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "own").succeeded()
    try await startServer(host, "asker", "--network", "own")
    try await startServer(host, "walled", "--network", "own", "--cap-add", "NET_ADMIN")
    let rules = "add table inet own; add chain inet own in { type filter hook input priority 0; tcp dport 80 drop; }"
    try await host.run(["nft", rules], in: .container("walled")).succeeded()
    let walled = try await explain("asker", "walled:80")
    #expect(
      walled.code == 1 && walled.text.contains("✗ a firewall inside walled drops the packet  (inet own in"), "\(walled)"
    )
    try await host.run(["nft", "delete table inet own"], in: .container("walled")).succeeded()
    #expect(try await explain("asker", "walled:80").code == 0)
    try await host.run(["ip", "route", "del", "default"], in: .container("walled")).succeeded()
    let lost = try await explain("walled", "outside")
    #expect(lost.code == 1 && lost.text.contains("✗ walled has no route to \(TestHost.outsideAddress)"), "\(lost)")
    // The engine drops packets from an address that the container gave itself.
    let pretended = "ip addr flush dev eth0; ip addr add 203.0.113.77/24 dev eth0; ip route add default dev eth0"
    try await host.run(["sh", "-c", pretended], in: .container("walled")).succeeded()
    let forged = try await explain("walled", TestHost.outsideAddress)
    #expect(forged.code == 1 && forged.text.contains("drops its packets as forged"), "\(forged)")
    try await host.docker("rm", "-f", "asker", "walled").succeeded()
    try await host.docker("network", "rm", "own").succeeded()
  }

  /// Errors have an exit status of their own, so that scripts can distinguish them.
  @Test func errorsHaveTheirOwnExitStatus() async throws {
    for arguments in [
      ["nobody", "host"], ["host"], ["host", "host:x"], ["host", "db/udp"], ["--via", "x1", "outside", "host"],
    ] {
      let output = try await TestHost.shared.causeway(["explain"] + arguments)
      #expect(output.code == 2 && !output.stderr.isEmpty && output.stdout.isEmpty, "\(output)")
    }
    #expect(try await TestHost.shared.causeway("-H", "unix:///nowhere.sock", "explain", "host", "host").code == 2)
    #expect(try await TestHost.shared.api("GET", "/causeway/v1/explain?from=host").status == 400)
    #expect(try await TestHost.shared.api("GET", "/causeway/v1/explain?from=nobody&to=host").status == 404)
  }

  @Test func outputFormats() async throws {
    let host = try TestHost.shared
    let template = "{{.Verdict}}{{range .Steps}}|{{.Mark}}{{end}}"
    let output = try await host.causeway("explain", "--format", template, "host", "host")
    #expect(output.stdout == "this host reaches this host|passes\n", "\(output)")
    #expect(
      try await host.causeway("explain", "--format", "json", "host", "host").stdout.hasPrefix("{\"From\":\"host\""))
    #expect(try await host.causeway("explain", "-q", "host", "host:1").all == "")
    try await host.docker("network", "create", "--internal", "--subnet", "10.10.0.0/24", "drawn").succeeded()
    try await host.runIdle("point", "--network", "drawn")
    let map = try await host.causeway("network", "map", "drawn").succeeded().stdout
    #expect(map == "drawn  bridge  10.10.0.0/24  internal\n└─ point  10.10.0.2\n", "\(map)")
    let names = try await host.causeway("network", "map", "-f", "{{.Name}}:{{range .Containers}}{{.Name}}{{end}}")
      .succeeded()
    #expect(names.lines.contains("drawn:point"), "\(names)")
    #expect(try await host.causeway("network", "map", "nowhere").code == 1)
    try await host.docker("rm", "-f", "point").succeeded()
    try await host.docker("network", "rm", "drawn").succeeded()
  }
}

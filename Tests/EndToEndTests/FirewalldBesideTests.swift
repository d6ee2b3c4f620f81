import TestHosts
import Testing

/// Debian's firewalld on the engine's host. It rejects forwarded packets of links that it does not know.
@Suite(.serialized) struct FirewalldBesideTests {
  @Test(.bareHost) func bridgesAreInAZoneThatAcceptsThem() async throws {
    let host = try TestHost.shared
    let folder = try await host.startFirewalld()
    try await host.startEngine(environment: path(with: folder))
    try await host.loadBusybox()
    try await host.docker("network", "create", "shop").succeeded()
    try await host.runWeb("web", "--network", "shop", "-p", "8081:80")
    // No new try: the zone has the bridge before `network create` answers.
    #expect(try await host.exec("web", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8081", from: .outside) == "web")
    #expect(try await host.docker("info").succeeded().all.contains("firewalld") == false)

    // A reload forgets the bridges. The engine learns it from kernel notifications.
    let command = "\(folder)/firewall-cmd"
    let bridge = "cw-" + String(try await host.inspect("shop", "{{.Id}}").prefix(12))
    try await host.run([command, "--reload"]).succeeded()
    try await waitUntil("the zone to have the bridge again", for: .seconds(10)) {
      try await host.run([command, "--zone=causeway", "--list-interfaces"]).stdout.contains(bridge)
    }
    #expect(try await host.exec("web", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)

    // A bridge that is gone leaves the zone.
    try await host.docker("rm", "-f", "web").succeeded()
    try await host.docker("network", "rm", "shop").succeeded()
    let members = try await host.run([command, "--zone=causeway", "--list-interfaces"]).succeeded().text
    #expect(!members.contains(bridge))
    #expect(members.contains("causeway0"))
  }

  @Test(.bareHost) func disabledZoneIsReported() async throws {
    let host = try TestHost.shared
    let folder = try await host.startFirewalld()
    try await host.startEngine(["--firewalld-zone=false"], environment: path(with: folder))
    try await host.loadBusybox()
    let run = try await host.docker(
      "run", "--rm", "-p", "8081:80", "busybox", "ping", "-c1", "-W1", TestHost.outsideAddress)
    #expect(run.code != 0)
    #expect(run.stderr.contains("WARNING: the chain inet firewalld filter_FORWARD (firewalld) drops"))
    #expect(run.stderr.contains("--firewalld-zone"))
  }

  private func path(with folder: String) -> [String: String] {
    ["PATH": "\(folder):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
  }
}

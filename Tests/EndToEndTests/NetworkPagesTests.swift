import Glibc
import TestHosts
import Testing

/// Checks that the pages of `docs/network` show the state of a running engine. `Scripts/network-pages` rewrites them.
/// writes it anew.
@Suite(.serialized, .engineHost) struct NetworkPagesTests {
  static let run = "docker run -d --name web --network"
  static let server = "busybox httpd -f"
  private static let option = "-o com.docker.network.bridge."

  static let pages: [NetworkPage] = [
    NetworkPage(
      file: "default-bridge", title: "The default bridge",
      text: "A container that asks for nothing is on the network `bridge`. Names resolve there, and links do.",
      commands: ["docker run -d --name web -p 8080:80 busybox httpd -f"], container: "web"),
    NetworkPage(
      file: "bridge", title: "A bridge network",
      text: "Containers on it reach each other, and go out under the host's address. From outside, published ports "
        + "answer, and nothing else.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 shop", "\(run) shop -p 8080:80 -p 127.0.0.1:8081:81 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-ipv6", title: "A bridge network with both families",
      text: "IPv6 goes out under the host's address, too, and ports are published on both families. `::1` is served by "
        + "a relay, since the kernel does not lead it to a container.",
      commands: [
        "docker network create --ipv6 --subnet 10.10.0.0/24 --subnet fd00:10::/64 shop",
        "\(run) shop -p 8080:80 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-ipv6-only", title: "A bridge network without IPv4", text: "What has no IPv4 is not told of it.",
      commands: [
        "docker network create --ipv4=false --ipv6 --subnet fd00:10::/64 shop", "\(run) shop -p 8080:80 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-internal", title: "An internal network",
      text: "No way out and none in; only the network's own containers, and the host at the bridge's address.",
      commands: ["docker network create --internal --subnet 10.10.0.0/24 shop", "\(run) shop \(server)"],
      container: "web"),
    NetworkPage(
      file: "bridge-isolated", title: "An internal network without a gateway",
      text: "As an internal network, and the host has no address on it.",
      commands: [
        "docker network create --internal --subnet 10.10.0.0/24 \(option)gateway_mode_ipv4=isolated shop",
        "\(run) shop \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-silent", title: "A network whose containers do not talk",
      text:
        "Each reaches the outside, none its neighbours: what goes from port to port of the bridge is dropped, but for what links open.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 \(option)enable_icc=false shop", "\(run) shop \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-routed", title: "A routed network",
      text: "Nothing is translated: published ports answer at the container's own address, so do pings, and containers "
        + "go out under it. The network's routers must know the way.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 \(option)gateway_mode_ipv4=routed shop",
        "\(run) shop -p 80 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-unprotected", title: "A network whose every port is open",
      text: "As a plain bridge network; besides, who can route to a container reaches all of its ports.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 \(option)gateway_mode_ipv4=nat-unprotected shop",
        "\(run) shop -p 8080:80 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-trusting", title: "A network that trusts an interface of the host",
      text:
        "Who comes by that interface reaches published ports at the container's own address, too. Containers go out "
        + "under an address that was asked for.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 \(option)trusted_host_interfaces=eth1 "
          + "-o com.docker.network.host_ipv4=192.0.2.1 shop",
        "\(run) shop -p 8080:80 \(server)",
      ], container: "web"),
    NetworkPage(
      file: "bridge-adopted", title: "A bridge that was there before",
      text: "It is brought up and used, and stays with all its addresses when the network goes.",
      commands: [
        "docker network create --subnet 10.10.0.0/24 \(option)name=br0 shop", "\(run) shop \(server)",
      ], container: "web", before: "ip link add br0 type bridge", after: "ip link del br0"),
    NetworkPage(
      file: "macvlan", title: "Macvlan",
      text:
        "The container is a neighbour of the host's neighbours on the parent's segment. The host's firewall does not "
        + "see it. Only a gateway that is named is used.",
      commands: [
        "docker network create -d macvlan --subnet 10.10.0.0/24 --gateway 10.10.0.1 -o parent=eth1 shop",
        "\(run) shop \(server)",
      ], container: "web"),
    NetworkPage(
      file: "macvlan-alone", title: "Macvlan without a parent",
      text: "The segment is the containers' own: a bridge without ports and without an address.",
      commands: ["docker network create -d macvlan --subnet 10.10.0.0/24 shop", "\(run) shop \(server)"],
      container: "web"),
    NetworkPage(
      file: "none", title: "No network", text: "A loopback and nothing else.",
      commands: ["\(run) none \(server)"], container: "web"),
    NetworkPage(
      file: "host", title: "The host's network", text: "The container has the host's links; nothing is made.",
      commands: ["\(run) host busybox httpd -f -p 8080"]),
  ]

  /// On one of two hosts; the container `db` runs on the other.
  static let overlay = NetworkPage(
    file: "overlay", title: "A network that spans hosts",
    text: "On each host with containers on it stands a bridge, with a VXLAN link as one of its ports. Frames for "
      + "containers of other hosts go to those hosts by entries that the engine puts there, and nobody else's are taken. "
      + "The way out, and published ports, go by `docker_gwbridge`. All hosts share an etcd: each engine has "
      + "`\"cluster\": {\"store\": \"http://203.0.113.1:2379\", \"advertise\": \"203.0.113.1\"}` in its `engine.json`, with "
      + "its own address. Here another host has the container `db` on the network.",
    commands: ["\(run) shop -p 8080:80 \(server)"], container: "web",
    before: "docker network create -o com.docker.network.bridge.name=docker_gwbridge docker_gwbridge",
    after: "docker network rm docker_gwbridge")

  private static let folder = "\(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })/docs/network"

  /// The host of the test sees the same files.
  static func compare(_ name: String, _ text: String) async throws {
    let host = try TestHost.shared
    let path = "\(folder)/\(name).md"
    if getenv("CAUSEWAY_WRITE_PAGES") != nil { try await host.shell("cat >'\(path)'", stdin: text).succeeded() }
    let kept = try await host.run(["cat", path]).stdout
    #expect(kept == text, "\(name).md is not what an engine shows today; Scripts/network-pages writes it anew")
  }

  @Test func pagesShowEachMode() async throws {
    let host = try TestHost.shared
    for page in Self.pages { try await Self.compare(page.file, try await page.render(on: host)) }
  }

  @Test(.bareHost) func overlayPageMatches() async throws {
    try await TestCluster.with { cluster in
      try await cluster.hosts[1].docker("network", "create", "-d", "overlay", "--subnet", "10.10.0.0/24", "shop")
        .succeeded()
      try await cluster.hosts[1].runIdle("db", "--network", "shop")
      try await Self.compare(Self.overlay.file, try await Self.overlay.render(on: cluster.hosts[0]))
    }
  }

  /// The constant rules, and the list of pages.
  @Test func firewallPageMatches() async throws {
    let host = try TestHost.shared
    var text = """
      # Networks on the host

      These pages are written by a running engine (`Scripts/network-pages`) and checked by a test. Each shows what a mode
      of network puts on the host: links, addresses, and elements of the firewall's sets. Where an id or a random
      hardware address stands, the page has a word instead.


      """
    for page in Self.pages + [Self.overlay] { text += "- [\(page.title)](\(page.file).md)\n" }
    text += """

      ## The rules

      Three tables, whose rules never change: networks, containers and ports are elements of their sets. The chain
      `forward` of the table `causeway_users` is the administrator's: it is asked before ours, and the engine never
      touches it again once it is there.

      """
    for table in ["inet causeway", "inet causeway_users", "bridge causeway"] {
      let listing = try await host.shell("nft -s list table \(table)").succeeded().stdout
      var rules: [String] = []
      var isElements = false
      for line in listing.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.trimmed.hasPrefix("elements = {") { isElements = true }
        if !isElements { rules.append(String(line).replacing("\t", with: "  ")) }
        if isElements, line.hasSuffix("}") { isElements = false }
      }
      text += "\n```\n\(rules.joined(separator: "\n").trimmed)\n```\n"
    }
    try await Self.compare("README", text)
  }
}

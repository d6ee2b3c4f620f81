import TestHosts

/// One page of `docs/network`: a kind of network, the commands that create it, and the resulting state of the host.
struct NetworkPage: Sendable {
  let file: String
  let title: String
  let text: String
  /// The commands, in order.
  let commands: [String]
  /// The container whose inside is shown, or `nil`.
  var container: String?
  /// Commands that prepare the host, and undo it.
  var before = ""
  var after = ""

  /// Renders the page on this host, then removes everything.
  func render(on host: TestHost) async throws -> String {
    if !before.isEmpty { try await host.shell(before).succeeded() }
    let old = try await Observation(host)
    for command in commands { try await host.shell(command).succeeded() }
    let new = try await Observation(host)
    var lines = ["# \(title)", "", text, "", "```", "$ " + commands.joined(separator: "\n$ "), "```", ""]
    lines += Self.section("Links of the host", new.links.filter { !old.links.contains($0) })
    lines += Self.section("Addresses of the host", new.addresses.filter { !old.addresses.contains($0) })
    if let container {
      let script = """
        links="lo $(ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\\1/' | grep -vx lo | sort)"
        for link in $links; do ip -o link show dev $link; done | sed -E 's/^[0-9]+: ([^:@]+).* mtu ([0-9]+).*link\\/([a-z]+) ([0-9a-f:]+).*/\\1 mtu \\2 \\3 \\4/'
        for link in $links; do ip -o addr show dev $link; done | awk '{print $2, $3, $4}'
        ip route | sed 's/^/route /; s/ *$//'; ip -6 route | grep -v '^fe80\\|^multicast' | sed -E 's/^/route /; s/ pref [a-z]+//; s/ *$//'
        """
      let inside = try await host.shell(script, in: .container(container)).succeeded().lines
      lines += Self.section("In the container `\(container)`", inside, sorted: false)
    }
    lines += Self.section("Elements in the firewall's sets", new.elements.filter { !old.elements.contains($0) })
    try await host.removeEverything()
    if !after.isEmpty { try await host.shell(after).succeeded() }
    return lines.joined(separator: "\n").trimmed + "\n"
  }

  private static func section(_ title: String, _ found: [String], sorted: Bool = true) -> [String] {
    let named = found.map(normalized)
    let shown = sorted ? named.sorted() : named
    return ["## \(title)", ""] + (shown.isEmpty ? ["None."] : ["```"] + shown + ["```"]) + [""]
  }

  /// Replaces values that differ in each run.
  static func normalized(_ line: String) -> String {
    var line = line
    line.replace(#/[0-9a-f]{64}/#, with: "ID")
    line.replace(#/cw-[0-9a-f]{12}/#, with: "cw-NETWORK")
    line.replace(#/cwe[0-9a-f]{12}/#, with: "cweENDPOINT")
    line.replace(#/cwv[0-9a-f]{12}/#, with: "cwvNETWORK")
    line.replace(#/fe80::[0-9a-f:]+/#, with: "fe80::LINK")
    line.replace(#/0xfe80[0-9a-f]{28}/#, with: "0xfe80…LINK")
    // MAC addresses derived from the IP address are constant.
    line.replace(#/(?!02:42|00:00)([0-9a-f]{2}:){5}[0-9a-f]{2}/#, with: "MAC")
    return line
  }
}

/// The part of the host's state that a page shows.
private struct Observation {
  let links: [String]
  let addresses: [String]
  let elements: [String]

  init(_ host: TestHost) async throws {
    links = try await host.shell(
      """
      for kind in bridge veth vlan vxlan; do ip -o link show type $kind | awk -v kind=$kind '{
        name = $2; sub(/[@:].*/, "", name); line = name " " kind
        for (i = 3; i < NF; i++) if ($i == "mtu" || $i == "master" || $i == "alias") line = line " " $i " " $(i + 1)
        print line }'; done; bridge -o -d link | grep -E 'hairpin on|isolated on' | awk '{
        name = $2; sub(/[@:].*/, "", name)
        for (i = 3; i < NF; i++) if (($i == "hairpin" || $i == "isolated") && $(i + 1) == "on") print name, $i, "on" }'
      for link in $(ip -o link show type vxlan | grep -o 'cwv[0-9a-f]*' | sort -u); do
        bridge fdb show dev $link | awk -v link=$link '$2 == "dst" {print link, "sends", $1, "to", $3}'; done
      """
    ).succeeded().lines.map { $0.replacing("\\", with: "") }
    addresses = try await host.shell("ip -o addr | awk '$4 !~ /^fe80/ {print $2, $3, $4}'").succeeded().lines
    elements = try await host.firewallElements()
  }
}

import Addressing
import Testing

@testable import NetworkPlan

/// Bridges of other engines, recognised by the rules that accept their packets.
@Suite struct ForeignNeighbourTests {
  private static let docker = """
    table ip filter {
    \tchain DOCKER {
    \t\tiifname != "br-1" oifname "br-1" ip daddr 172.18.0.2 tcp dport 80 counter packets 0 bytes 0 accept
    \t}
    \tchain DOCKER-USER {
    \t\tiifname "cw-*"  counter packets 0 bytes 0 accept
    \t\tiifname "eth1" counter packets 0 bytes 0 accept
    \t}
    \tchain FORWARD {
    \t\ttype filter hook forward priority filter; policy drop;
    \t\tcounter packets 0 bytes 0 jump DOCKER-USER
    \t\toifname "br-1" counter packets 0 bytes 0 jump DOCKER
    \t\tiifname "docker0" oifname != "docker0" counter packets 0 bytes 0 accept
    \t\tiifname "br-drop" counter packets 0 bytes 0 drop
    \t}
    \tchain INPUT {
    \t\ttype filter hook input priority filter; policy accept;
    \t\tiifname "br-lan" accept
    \t}
    }
    """
  private static let podman = """
    table ip filter {
    \tchain NETAVARK_FORWARD {
    \t\tip daddr 10.88.0.0/16 ct state established,related counter packets 0 bytes 0 accept
    \t\tip saddr 10.88.0.0/16 counter packets 0 bytes 0 accept
    \t\tip saddr 0.0.0.0/0 accept
    \t}
    \tchain FORWARD {
    \t\ttype filter hook forward priority filter; policy accept;
    \t\tcounter packets 0 bytes 0 jump NETAVARK_FORWARD
    \t}
    }
    """

  private func name(_ text: String) throws -> InterfaceName { try parsed(text, as: InterfaceName.self) }

  private func host() throws -> HostNetwork {
    func bridge(_ address: String, alias: String? = nil) throws -> HostNetwork.Link {
      HostNetwork.Link(kind: "bridge", alias: alias, addresses: [try parsed(address, as: InterfaceAddress.self)])
    }
    var links: [InterfaceName: HostNetwork.Link] = [:]
    links[try name("docker0")] = try bridge("172.17.0.1/16")
    links[try name("br-1")] = try bridge("172.18.0.1/16")
    links[try name("br-drop")] = try bridge("172.19.0.1/16")
    links[try name("br-lan")] = try bridge("192.0.2.1/24")
    links[try name("podman0")] = try bridge("10.88.0.1/16")
    links[try name("cw-aaaaaaaaaaaa")] = try bridge("172.20.0.1/16", alias: "causeway:network:a")
    links[try name("eth1")] = HostNetwork.Link(
      kind: "", addresses: [try parsed("198.51.100.1/24", as: InterfaceAddress.self)])
    return HostNetwork(links: links)
  }

  private func neighbours(_ listing: String, except own: Set<InterfaceName> = []) throws -> [String] {
    try host().neighbours(in: [ForeignTable(name: "ip filter", listing: listing)], except: own)
      .map(\.rawValue).sorted()
  }

  @Test func dockersByTheirNames() throws {
    #expect(try neighbours(Self.docker) == ["br-1", "docker0"])
    #expect(try neighbours(Self.docker, except: [name("br-1")]) == ["docker0"])
  }

  @Test func podmansByTheirSubnets() throws { #expect(try neighbours(Self.podman) == ["podman0"]) }

  @Test func nobodysWhereNobodyHasRules() throws {
    #expect(try host().neighbours(in: [], except: []) == [])
  }

  @Test func theyStandInTheHostsFragment() throws {
    var intent = HostIntent(enabledForwarding4: true)
    let before = intent.state()
    intent.neighbours = [try name("docker0")]
    let commands = KernelState.difference(from: before, to: intent.state()).map(\.commands)
    #expect(commands == [#"nft 'add element inet causeway other_engines { "docker0" }'"#])
  }
}

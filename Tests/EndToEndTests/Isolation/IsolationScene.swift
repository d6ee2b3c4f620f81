import Addressing
import Kernel
import TestHosts
import Testing

/// The networks, containers and sockets of the isolation table on a host.
final class IsolationScene: Sendable {
  /// Where packets are sent to, and where they are seen.
  struct Target: Sendable {
    let address4: [UInt8]
    let address6: [UInt8]
    var port: UInt16 = 80
    /// The number of its watch.
    let watch: Int
  }

  /// Who sends packets.
  struct Position: Sendable {
    let address4: [UInt8]
    let address6: [UInt8]
    /// Sends frames; `nil`: programs of the host send packets.
    let port: RawPort?
    let socket: RawIPSocket?
    let mac: [UInt8]
    /// The MAC address of the router.
    let gateway: [UInt8]
    /// The targets on the same segment, with their MAC addresses.
    let segment: [String: [UInt8]]
  }

  let host: TestHost
  let targets: [String: Target]
  let positions: [String: Position]
  private let watches: [RawPort]

  private static let networks = [
    "--ipv6 --subnet 10.10.0.0/24 --subnet fd00:10::/64 red", "--ipv6 --subnet 10.11.0.0/24 --subnet fd00:11::/64 blue",
    "--ipv6 --internal --subnet 10.12.0.0/24 --subnet fd00:12::/64 inside",
    "--ipv6 --subnet 10.13.0.0/24 --subnet fd00:13::/64 -o com.docker.network.bridge.enable_icc=false quiet",
    "--ipv6 --subnet 10.14.0.0/24 --subnet fd00:14::/64 -o com.docker.network.bridge.gateway_mode_ipv4=routed "
      + "-o com.docker.network.bridge.gateway_mode_ipv6=routed routed",
    "-d macvlan --ipv6 --subnet 198.51.100.0/24 --ip-range 198.51.100.128/25 --subnet 2001:db8:1::/64 "
      + "--ip-range 2001:db8:1:0:1::/80 -o parent=eth1 lan",
  ]

  private static let containers = [
    ("web", "red", "-p 8080:80 -p 8080:80/udp -p 127.0.0.1:8081:80 -p 127.0.0.1:8081:80/udp -p [::1]:8081:80"),
    ("mate", "red", ""), ("peer", "blue", ""), ("other", "blue", ""), ("both", "red --network blue", ""),
    ("plain", "bridge", ""),
    ("plain2", "bridge", ""), ("inner", "inside", ""), ("inner2", "inside", ""), ("hush", "quiet", ""),
    ("hush2", "quiet", ""), ("route", "routed", "-p 80 -p 80/udp"), ("lan", "lan", ""), ("lone", "none", ""),
    ("hosted", "host", ""),
  ]

  /// - Parameter host: the engine runs with an IPv6 subnet on the default bridge.
  init(on host: TestHost) async throws {
    self.host = host
    var script = "set -e; for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done\n"
    for network in Self.networks { script += "causeway network create \(network) >/dev/null\n" }
    for (name, network, options) in Self.containers {
      script += "causeway run -d --name \(name) --network \(network) \(options) busybox sleep 100000 >/dev/null\n"
    }
    try await host.shell(script, timeout: .seconds(120)).succeeded()
    let make = Maker(host: host)
    var targets: [String: Target] = [:]
    var watches: [RawPort] = []
    func watch(_ place: TestHost.Place, _ link: String = "eth0") async throws -> Int {
      watches.append(try await RawPort(in: host.namespace(of: place), link: link))
      return watches.count - 1
    }
    for (target, container, network, link) in [
      ("web", "web", "red", "eth0"), ("peer", "peer", "blue", "eth0"), ("bothA", "both", "red", "eth0"),
      ("bothB", "both", "blue", "eth1"), ("plain", "plain", "bridge", "eth0"), ("inner", "inner", "inside", "eth0"),
      ("hush", "hush", "quiet", "eth0"), ("route", "route", "routed", "eth0"), ("mate", "mate", "red", "eth0"),
      ("other", "other", "blue", "eth0"), ("plain2", "plain2", "bridge", "eth0"),
      ("inner2", "inner2", "inside", "eth0"),
      ("hush2", "hush2", "quiet", "eth0"),
    ] {
      let facts = try await make.facts(container, network)
      targets[target] = Target(
        address4: facts.address4, address6: facts.address6, watch: try await watch(.container(container), link))
    }
    let (web, route) = (try #require(targets["web"]), try #require(targets["route"]))
    func target(_ four: String, _ six: String, port: UInt16 = 80, _ watch: Int) throws -> Target {
      Target(address4: try Self.octets(four), address6: try Self.octets(six), port: port, watch: watch)
    }
    targets["port"] = try target(TestHost.address, TestHost.address6, port: 8080, web.watch)
    targets["loop"] = try target("127.0.0.1", "::1", port: 8081, web.watch)
    targets["closed"] = Target(address4: route.address4, address6: route.address6, port: 81, watch: route.watch)
    targets["outside"] = try target(
      TestHost.outsideAddress, TestHost.outsideAddress6, try await watch(.outside))
    targets["beside"] = try target(
      TestHost.neighbourAddress, TestHost.neighbourAddress6, try await watch(.neighbour))
    self.targets = targets
    self.watches = watches
    positions = try await make.positions()
    try await warmUp()
  }

  /// Has the host resolve the MAC addresses of all targets.
  private func warmUp() async throws {
    let addresses = targets.values.flatMap { [$0.address4, $0.address6] }.compactMap { IPAddress(octets: $0) }
    let pings = Set(addresses).map { "busybox ping -c1 -W5 \($0) >/dev/null || echo \($0)" }
    let silent = try await host.shell(pings.joined(separator: " & ") + " & wait").succeeded().lines
    try #require(silent == [])
  }

  static func octets(_ address: String) throws -> [UInt8] { try #require(IPAddress(address)).octets }

  /// Sets both switches that pass bridged packets through the IP hooks.
  func passBridgedPacketsThroughIPHooks(_ isOn: Bool) async throws {
    for name in ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"] {
      try await host.shell("sysctl -qw net.bridge.\(name)=\(isOn ? 1 : 0)").succeeded()
    }
  }

  /// The numbers of the probes seen at each watch since the last call.
  func take() -> [Int: Set<UInt32>] {
    var seen: [Int: Set<UInt32>] = [:]
    for (index, port) in watches.enumerated() {
      let numbers = port.take().flatMap { ProbePacket.numbers(in: $0) }
      if !numbers.isEmpty { seen[index, default: []].formUnion(numbers) }
    }
    return seen
  }
}

extension IsolationScene.Position {
  /// - Parameter mac: the receiver of the frames.
  func send(_ packet: ProbePacket, number: UInt32, to mac: [UInt8]) throws {
    for bytes in packet.packets(number: number) {
      guard let port else {
        try socket?.send(bytes, to: packet.destination)
        continue
      }
      let type: UInt16 = packet.source.count == 4 ? 0x0800 : 0x86DD
      try port.send(Frame.ethernet(to: mac, from: self.mac, type: type, bytes))
    }
  }
}

extension IsolationScene {
  /// Reads the addresses of the containers and the host.
  private struct Maker {
    let host: TestHost

    struct Facts {
      let mac: [UInt8]
      let address4: [UInt8]
      let address6: [UInt8]
    }

    func facts(_ container: String, _ network: String) async throws -> Facts {
      let place = "(index .NetworkSettings.Networks \"\(network)\")"
      let words = try await host.inspect(
        container, "{{\(place).MacAddress}} {{\(place).IPAddress}} {{\(place).GlobalIPv6Address}}"
      ).split(separator: " ").map(String.init)
      return Facts(
        mac: try #require(MACAddress(words[0])).octets, address4: try octets(words[1]),
        address6: try octets(words[2]))
    }

    private func mac(of link: String, in place: TestHost.Place = .host) async throws -> [UInt8] {
      let text = try await host.shell("ip -o link show \(link)", in: place).succeeded().stdout
      let words = text.split(separator: " ")
      let index = try #require(words.firstIndex(of: "link/ether"))
      return try #require(MACAddress(String(words[index + 1]))).octets
    }

    func positions() async throws -> [String: Position] {
      var positions: [String: Position] = [:]
      for (name, network, segment) in [
        ("mate", "red", [("web", "web"), ("both", "bothA")]), ("other", "blue", [("peer", "peer"), ("both", "bothB")]),
        ("both", "red", [("web", "web")]), ("plain2", "bridge", [("plain", "plain")]),
        ("inner2", "inside", [("inner", "inner")]), ("hush2", "quiet", [("hush", "hush")]),
      ] {
        let own = try await facts(name, network)
        let bridge =
          network == "bridge"
          ? "causeway0" : "cw-" + String(try await host.inspect(network, "{{.Id}}").prefix(12))
        var macs: [String: [UInt8]] = [:]
        for (container, target) in segment { macs[target] = try await facts(container, network).mac }
        positions[name] = Position(
          address4: own.address4, address6: own.address6,
          port: try await RawPort(in: host.namespace(of: .container(name)), link: "eth0"), socket: nil, mac: own.mac,
          gateway: try await mac(of: bridge), segment: macs)
      }
      for (name, place) in [
        ("host", TestHost.Place.host), ("hosted", .container("hosted")), ("lone", .container("lone")),
      ] {
        positions[name] = Position(
          address4: try octets(TestHost.address), address6: try octets(TestHost.address6), port: nil,
          socket: try await RawIPSocket(in: host.namespace(of: place)), mac: [], gateway: [], segment: [:])
      }
      let (forged, lan) = (try await facts("mate", "red"), try await facts("lan", "lan"))
      let beside = try await mac(of: "eth0", in: .neighbour)
      for (name, place, link, four, six) in [
        (
          "outside", TestHost.Place.outside, "eth0", try octets(TestHost.outsideAddress),
          try octets(TestHost.outsideAddress6)
        ),
        (
          "neighbour", .neighbour, "eth1", try octets(TestHost.neighbourAddress), try octets(TestHost.neighbourAddress6)
        ),
        ("spoofer", .neighbour, "eth1", forged.address4, forged.address6),
        ("lan", .container("lan"), "eth1", lan.address4, lan.address6),
      ] {
        positions[name] = Position(
          address4: four, address6: six, port: try await RawPort(in: host.namespace(of: place), link: "eth0"),
          socket: nil, mac: name == "lan" ? lan.mac : try await mac(of: "eth0", in: place),
          gateway: try await mac(of: link), segment: name == "lan" ? ["beside": beside] : [:])
      }
      return positions
    }
  }
}

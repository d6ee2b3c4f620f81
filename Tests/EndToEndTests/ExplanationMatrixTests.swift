import TestHosts
import Testing

/// Explanations are never wrong: on a host with all kinds of networks, every pair is probed with real packets, and the
/// result equals the answer of `explain`.
@Suite(.serialized, .engineHost) struct ExplanationMatrixTests {
  typealias Probe = ExplanationMatrix.Probe
  typealias Asker = ExplanationMatrix.Asker

  /// Networks by their kinds.
  private static let networks = [
    "--subnet 10.10.0.0/24 shop",
    "--ipv6 --subnet 10.11.0.0/24 --subnet fd00:11::/64 six",
    "--ipv4=false --ipv6 --subnet fd00:12::/64 new",
    "--subnet 10.13.0.0/24 -o com.docker.network.bridge.enable_icc=false hush",
    "--internal --subnet 10.14.0.0/24 vault",
    "--internal --subnet 10.15.0.0/24 -o com.docker.network.bridge.gateway_mode_ipv4=isolated cell",
    "--subnet 10.16.0.0/24 -o com.docker.network.bridge.gateway_mode_ipv4=routed way",
    "--subnet 10.17.0.0/24 -o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected open",
    "--subnet 10.18.0.0/24 -o com.docker.network.bridge.trusted_host_interfaces=eth1 trust",
    "-d macvlan --subnet 198.51.100.0/24 --ip-range 198.51.100.128/25 --gateway 198.51.100.1 -o parent=eth1 lan",
    "-d macvlan --subnet 10.19.0.0/24 alone",
    "--subnet 10.20.0.0/24 -o com.causeway.network.containers_per_bridge=1 star",
    "--subnet 10.21.0.0/24 -o com.causeway.network.prevent_forgery=false free",
  ]

  /// Containers: name and options. Each serves on port 80 on all addresses and on 81 on loopback; some serve UDP on 53.
  private static let containers = [
    ("plain", "-p \(TestHost.address):8001:80"), ("other", ""), ("web", "--network shop -p 8002:80 -p 8053:53/udp"),
    ("db", "--network shop -p 127.0.0.1:8003:80"), ("twin", "--network shop --network six -p 8004:80"),
    ("six1", "--network six -p 8005:80"), ("six2", "--network six"), ("new1", "--network new -p 8006:80"),
    ("hush1", "--network hush -p 8007:80"), ("hush2", "--network hush"), ("safe1", "--network vault"),
    ("safe2", "--network vault --network shop"), ("cell1", "--network cell"), ("cell2", "--network cell"),
    ("way1", "--network way -p 80"), ("way2", "--network way"), ("open1", "--network open"),
    // The default route is on the other network, so replies to the outside take the wrong path.
    ("bent", "--network name=open,gw-priority=-1 --network shop -p 8008:80"), ("trust1", "--network trust -p 8009:80"),
    ("loose", "--network name=open,gw-priority=-1 --network free"), ("star1", "--network star -p 8010:80"),
    ("star2", "--network star"), ("star3", "--network star --network hush"), ("lan1", "--network lan"),
    ("lan2", "--network lan"), ("alone1", "--network alone"), ("alone2", "--network alone"),
    ("none1", "--network none"), ("side", "--network container:web"), ("hosted", "--network host"),
  ]

  private static let server =
    "httpd -p 80 -h /etc; httpd -p 127.0.0.1:81 -h /etc; exec sleep 100000"

  private func make(on host: TestHost) async throws {
    var script = "set -e\n"
    for network in Self.networks { script += "causeway network create \(network) >/dev/null\n" }
    for (name, options) in Self.containers {
      let serve =
        name == "hosted" ? "httpd -p 9080 -h /etc; httpd -p 127.0.0.1:9081 -h /etc; exec sleep 100000" : Self.server
      let program = name == "side" ? "exec sleep 100000" : serve
      script += "causeway run -d --name \(name) --hostname \(name) \(options) busybox sh -c '\(program)' >/dev/null\n"
        .replacing("--hostname side ", with: "").replacing("--hostname hosted ", with: "")
    }
    try await host.shell(script, timeout: .seconds(120)).succeeded()
  }

  /// The probes of every origin: by address, name, published port, and ping.
  private func probes(on host: TestHost) async throws -> (addresses: [Probe], names: [Probe], here: [Probe]) {
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}} {{end}}"
    var addresses: [Probe] = []
    for (name, _) in Self.containers where !["none1", "side", "hosted"].contains(name) {
      for word in try await host.inspect(name, format).split(separator: " ").map(String.init) {
        let place = word.contains(":") ? "[\(word)]" : word
        addresses += [Probe(kind: "tcp", place: "\(place):80"), Probe(kind: "ping", place: place)]
        if ["web", "six1", "hush1"].contains(name) { addresses.append(Probe(kind: "tcp", place: "\(place):81")) }
        if ["web", "hush1", "open1"].contains(name), !word.contains(":") {
          addresses += [Probe(kind: "udp", place: "\(place):53"), Probe(kind: "udp", place: "\(place):54")]
        }
      }
    }
    let names = Self.containers.map { Probe(kind: "tcp", place: "\($0.0):80") }
    var here: [Probe] = []
    for address in [TestHost.address, "[\(TestHost.address6)]", "127.0.0.1", "[::1]", "10.10.0.1"] {
      here += (8001...8010).map { Probe(kind: "tcp", place: "\(address):\($0)") }
      here += [9080, 9081].map { Probe(kind: "tcp", place: "\(address):\($0)") }
      if !address.hasPrefix("[") { here.append(Probe(kind: "udp", place: "\(address):8053")) }
    }
    return (addresses, names, here)
  }

  @Test func explanationMatchesEveryPair() async throws {
    let host = try TestHost.shared
    let names = try await UpstreamNameServer(in: host.namespace(of: .outside), names: [:])
    defer { names.stop() }
    for place in [TestHost.Place.outside, .neighbour] {
      _ = try await host.start(["busybox", "httpd", "-f", "-p", "80", "-h", "/etc"], in: place)
    }
    try await make(on: host)
    var services: [UDPService] = []
    defer { for service in services { service.stop() } }
    for name in ["web", "hush1", "open1"] {
      services.append(try await UDPService(in: host.namespace(of: .container(name)), port: 53) { $0 })
    }
    let probes = try await probes(on: host)
    let beyond = [TestHost.outsideAddress, TestHost.neighbourAddress].flatMap {
      [Probe(kind: "tcp", place: "\($0):80"), Probe(kind: "ping", place: $0)]
    }
    // The outside has routes to the host only.
    let seenOutside = probes.here.filter {
      $0.place.hasPrefix(TestHost.address + ":") || $0.place.hasPrefix("[\(TestHost.address6)]")
    }
    let seenBeside = probes.here.filter { !$0.isOfLoopback && !$0.place.hasPrefix("10.") }
    var jobs: [Asker] = [
      Asker(name: "host", place: .host, probes: probes.addresses + probes.here + beyond),
      Asker(name: TestHost.outsideAddress, place: .outside, probes: seenOutside),
      Asker(name: TestHost.neighbourAddress, place: .neighbour, probes: probes.addresses + seenBeside),
    ]
    for (name, _) in Self.containers {
      // Loopback belongs to each container, so one test of it is enough.
      let here = probes.here.filter { ["web", "hosted"].contains(name) || !$0.isOfLoopback }
      jobs.append(Asker(name: name, place: nil, probes: probes.addresses + probes.names + here + beyond))
    }
    let found = try await ExplanationMatrix(host: host).compare(jobs)
    #expect(found.count > 2500)
    #expect(found.filter(\.isReached).count > 800)
  }
}

/// The same with ICC disabled on the default bridge, container links between some containers, and with and without
/// bridged packets in the IP hooks.
@Suite(.serialized, .engineHost("--icc=false", "--ipv6", "--fixed-cidr-v6", "fd00:17::/64"))
struct SilentExplanationMatrixTests {
  typealias Probe = ExplanationMatrix.Probe

  @Test(arguments: [1, 0]) func explanationMatchesEveryPair(seesBridged: Int) async throws {
    let host = try TestHost.shared
    let names = try await UpstreamNameServer(in: host.namespace(of: .outside), names: [:])
    defer { names.stop() }
    for setting in ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"] {
      try await host.shell("sysctl -qw net.bridge.\(setting)=\(seesBridged)").succeeded()
    }
    let serve = ["busybox", "sh", "-c", "httpd -p 80 -h /etc; httpd -p 81 -h /etc; exec sleep 100000"]
    for options in [
      ["--name", "store", "--expose", "80", "-p", "8001:80"], ["--name", "client", "--link", "store:db"],
      ["--name", "stranger"], ["--name", "friend", "--network", "talk", "-p", "8002:80"],
      ["--name", "mate", "--network", "talk"],
    ] {
      if options.contains("friend") { try await host.docker("network", "create", "talk").succeeded() }
      try await host.docker(["run", "-d"] + options + serve).succeeded()
    }
    let containers = ["store", "client", "stranger", "friend", "mate"]
    var probes: [Probe] = ["db:80", "store:80", "db:81"].map { Probe(kind: "tcp", place: $0) }
    for name in containers {
      let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}} {{end}}"
      for word in try await host.inspect(name, format).split(separator: " ").map(String.init) {
        let place = word.contains(":") ? "[\(word)]" : word
        probes.append(Probe(kind: "ping", place: place))
        probes += [80, 81].map { Probe(kind: "tcp", place: "\(place):\($0)") }
      }
    }
    for address in [TestHost.address, "[\(TestHost.address6)]"] {
      probes += [8001, 8002, 8003].map { Probe(kind: "tcp", place: "\(address):\($0)") }
    }
    let askers = containers.map { ExplanationMatrix.Asker(name: $0, place: nil, probes: probes) }
    let found = try await ExplanationMatrix(host: host).compare(askers)
    #expect(found.contains { $0.isReached && $0.asker == "client" && $0.probe.place == "db:80" })
    #expect(!found.contains { $0.isReached && $0.asker == "stranger" && $0.probe.place == "store:80" })
    try await host.removeEverything()
  }
}

import FoundationEssentials
import TestHosts
import Testing

/// Explanations are never wrong: everybody asks everybody on a host with all kinds of networks, with real packets, and
/// what came of it is what `explain` says.
@Suite(.serialized, .engineHost) struct ExplanationMatrixTests {
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
  ]

  /// Containers: name, and options. Each serves on 80 everywhere and on 81 for itself; some by UDP on 53.
  private static let containers = [
    ("plain", "-p \(TestHost.address):8001:80"), ("other", ""), ("web", "--network shop -p 8002:80 -p 8053:53/udp"),
    ("db", "--network shop -p 127.0.0.1:8003:80"), ("twin", "--network shop --network six -p 8004:80"),
    ("six1", "--network six -p 8005:80"), ("six2", "--network six"), ("new1", "--network new -p 8006:80"),
    ("hush1", "--network hush -p 8007:80"), ("hush2", "--network hush"), ("safe1", "--network vault"),
    ("safe2", "--network vault --network shop"), ("cell1", "--network cell"), ("cell2", "--network cell"),
    ("way1", "--network way -p 80"), ("way2", "--network way"), ("open1", "--network open"),
    // The way out is by the other network, so answers of this one to those outside go wrong.
    ("bent", "--network name=open,gw-priority=-1 --network shop -p 8008:80"), ("trust1", "--network trust -p 8009:80"),
    ("lan1", "--network lan"), ("lan2", "--network lan"), ("alone1", "--network alone"), ("alone2", "--network alone"),
    ("none1", "--network none"), ("side", "--network container:web"), ("hosted", "--network host"),
  ]

  private static let server =
    "httpd -p 80 -h /etc; httpd -p 127.0.0.1:81 -h /etc; exec sleep 100000"

  /// A question as both sides take it.
  struct Probe: Hashable {
    let kind: String
    let place: String

    /// As `explain` has it.
    var target: String {
      switch kind {
      case "udp": "\(place)/udp"
      case "ping": place.hasPrefix("[") ? String(place.dropFirst().dropLast()) : place
      default: place
      }
    }
  }

  /// Asks all that comes on standard input, a second at the most each, and says what came of it.
  private static func script(seconds: Int) -> String {
    """
    probe() {
      case $1 in
      tcp) timeout \(seconds) busybox wget -q -O /dev/null http://$2/hostname;;
      ping) busybox ping -c 1 -W \(seconds) $(echo $2 | tr -d '[]');;
      esac >/dev/null 2>&1 && echo yes $1 $2 || echo no $1 $2
    }
    n=0; while read -r kind place; do probe $kind $place & n=$((n + 1)); [ $((n % 40)) = 0 ] && wait; done; wait
    """
  }

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

  /// What everybody is asked for: by address, by name, by published port, by ping.
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
      here += (8001...8009).map { Probe(kind: "tcp", place: "\(address):\($0)") }
      here += [9080, 9081].map { Probe(kind: "tcp", place: "\(address):\($0)") }
      if !address.hasPrefix("[") { here.append(Probe(kind: "udp", place: "\(address):8053")) }
    }
    return (addresses, names, here)
  }

  @Test func everyPairIsAsExplained() async throws {
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
    // The outside has routes to the host alone.
    let seenOutside = probes.here.filter {
      $0.place.hasPrefix(TestHost.address + ":") || $0.place.hasPrefix("[\(TestHost.address6)]")
    }
    let seenBeside = probes.here.filter { !$0.place.hasPrefix("127.") && !$0.place.hasPrefix("[::1]") && !$0.place.hasPrefix("10.") }
    var jobs: [Asker] = [
      Asker(name: "host", place: .host, probes: probes.addresses + probes.here + beyond),
      Asker(name: TestHost.outsideAddress, place: .outside, probes: seenOutside),
      Asker(name: TestHost.neighbourAddress, place: .neighbour, probes: probes.addresses + seenBeside),
    ]
    for (name, _) in Self.containers {
      jobs.append(Asker(name: name, place: nil, probes: probes.addresses + probes.names + probes.here + beyond))
    }
    let found = try await compare(jobs, on: host)
    #expect(found.count > 3000)
    #expect(found.filter(\.isReached).count > 800)
  }

  struct Asker {
    /// As `explain` has it; for a container its name.
    let name: String
    let place: TestHost.Place?
    let probes: [Probe]
  }

  struct Finding {
    let asker: String
    let probe: Probe
    let isReached: Bool
  }

  /// Has all of them ask, and compares what came of it with what is said.
  private func compare(_ askers: [Asker], on host: TestHost) async throws -> [Finding] {
    try await withThrowingTaskGroup(of: [Finding].self) { group in
      var findings: [Finding] = []
      for (index, asker) in askers.enumerated() {
        if index >= 4 { findings += try await group.next() ?? [] }
        group.addTask { try await compare(asker, on: host) }
      }
      for try await more in group { findings += more }
      return findings
    }
  }

  private func compare(_ asker: Asker, on host: TestHost) async throws -> [Finding] {
    var seen = try await ask(asker, asker.probes, seconds: 1, on: host)
    let said = try await explain(asker, on: host)
    // A busy machine may be late.
    let doubtful = asker.probes.filter { seen[$0] != said[$0]?.isReachable }
    seen.merge(try await ask(asker, doubtful, seconds: 3, on: host)) { $1 }
    return asker.probes.compactMap { probe in
      guard let answer = said[probe], let outcome = seen[probe] else {
        Issue.record("nothing is known of \(asker.name) to \(probe)")
        return nil
      }
      // Those outside have no route to the containers: that nobody on this host can know.
      let isOpen = answer.isReachable && answer.unknowns.contains("the way back from outside")
      if answer.isReachable != outcome, !isOpen {
        Issue.record(
          "\(asker.name) \(outcome ? "reaches" : "does not reach") \(probe.target); explained:\n\(answer.text)")
      }
      return Finding(asker: asker.name, probe: probe, isReached: outcome)
    }
  }

  private func ask(_ asker: Asker, _ probes: [Probe], seconds: Int, on host: TestHost) async throws -> [Probe: Bool] {
    guard !probes.isEmpty else { return [:] }
    let list = probes.filter { $0.kind != "udp" }.map { "\($0.kind) \($0.place)\n" }.joined()
    let script = Self.script(seconds: seconds)
    async let datagrams = askByUDP(asker, probes.filter { $0.kind == "udp" }, seconds: seconds, on: host)
    let output =
      if let place = asker.place {
        try await host.run(["busybox", "sh", "-c", script], in: place, stdin: list, timeout: .seconds(120))
      } else {
        try await host.docker(["exec", "-i", asker.name, "sh", "-c", script], stdin: list, timeout: .seconds(120))
      }
    var seen = try await datagrams
    for line in output.lines {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3 else { continue }
      seen[Probe(kind: words[1], place: words[2])] = words[0] == "yes"
    }
    return seen
  }

  private func askByUDP(_ asker: Asker, _ probes: [Probe], seconds: Int, on host: TestHost) async throws
    -> [Probe: Bool]
  {
    guard !probes.isEmpty else { return [:] }
    let namespace = try await host.namespace(of: asker.place ?? .container(asker.name))
    return try await withThrowingTaskGroup(of: (Probe, Bool).self) { group in
      for probe in probes {
        let parts = probe.place.split(separator: ":")
        let port = try #require(parts.last.flatMap { UInt16($0) })
        group.addTask {
          let answer = try? await UDPService.exchange(
            from: namespace, to: String(parts[0]), port: port, "there", timeout: .seconds(seconds))
          return (probe, answer == "there")
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// One connection for all of an asker's questions.
  private func explain(_ asker: Asker, on host: TestHost) async throws -> [Probe: Answer] {
    let urls = asker.probes.map { probe in
      let target = probe.target.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing("/", with: "%2F")
      return "url = \"http://engine/causeway/v1/explain?from=\(asker.name)&to=\(target)\"\n"
    }.joined()
    let output = try await host.run(
      ["curl", "-s", "-m", "120", "-w", "\\n", "--unix-socket", host.socketPath, "-K", "-"], stdin: urls,
      timeout: .seconds(240))
    let lines = output.lines
    try #require(lines.count == asker.probes.count, "\(output)")
    var said: [Probe: Answer] = [:]
    for (probe, line) in zip(asker.probes, lines) {
      do {
        said[probe] = try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
      } catch {
        Issue.record("\(asker.name) to \(probe.target): \(line)")
      }
    }
    return said
  }

  private struct Answer: Decodable {
    var Reachable: Bool
    var Verdict: String
    var Unknowns: [String]
    var Steps: [Step]

    struct Step: Decodable {
      var Mark: String
      var Text: String
      var Fact: String
    }

    var isReachable: Bool { Reachable }
    var unknowns: String { Unknowns.joined(separator: "; ") }
    var text: String { (Steps.map { "\($0.Mark): \($0.Text) (\($0.Fact))" } + [Verdict]).joined(separator: "\n") }
  }
}

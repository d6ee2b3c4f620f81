import FoundationEssentials
import TestHosts
import Testing

/// Probes every pair with real packets and compares the results with `explain`.
struct ExplanationMatrix: Sendable {
  let host: TestHost

  /// One probe: protocol and target.
  struct Probe: Hashable, Sendable {
    let kind: String
    let place: String

    var isOfLoopback: Bool { place.hasPrefix("127.") || place.hasPrefix("[::1]") }

    /// The target in the form of `explain`.
    var target: String {
      switch kind {
      case "udp": "\(place)/udp"
      case "ping": place.hasPrefix("[") ? String(place.dropFirst().dropLast()) : place
      default: place
      }
    }
  }

  /// Runs the probes from standard input, each with a timeout, and prints the results.
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

  struct Asker: Sendable {
    /// The origin in the form of `explain`; for a container its name.
    let name: String
    let place: TestHost.Place?
    let probes: [Probe]
  }

  struct Finding: Sendable {
    let asker: String
    let probe: Probe
    let isReached: Bool
  }

  /// Runs all probes and compares the results with the explanations.
  func compare(_ askers: [Asker]) async throws -> [Finding] {
    try await withThrowingTaskGroup(of: [Finding].self) { group in
      var findings: [Finding] = []
      for (index, asker) in askers.enumerated() {
        if index >= 4 { findings += try await group.next() ?? [] }
        group.addTask { try await compare(asker) }
      }
      for try await more in group { findings += more }
      return findings
    }
  }

  private func compare(_ asker: Asker) async throws -> [Finding] {
    var seen = try await ask(asker, asker.probes, seconds: 1)
    let said = try await explain(asker)
    // A busy machine can be slow: repeat with a longer timeout.
    let doubtful = asker.probes.filter { seen[$0] != said[$0]?.isReachable }
    seen.merge(try await ask(asker, doubtful, seconds: 3)) { $1 }
    return asker.probes.compactMap { probe in
      guard let answer = said[probe], let outcome = seen[probe] else {
        Issue.record("nothing is known of \(asker.name) to \(probe)")
        return nil
      }
      // Hosts outside have no route to the containers, which this host cannot know.
      let isOpen = answer.isReachable && answer.unknowns.contains("the route back from outside")
      if answer.isReachable != outcome, !isOpen {
        Issue.record(
          "\(asker.name) \(outcome ? "reaches" : "does not reach") \(probe.target); explained:\n\(answer.text)")
      }
      return Finding(asker: asker.name, probe: probe, isReached: outcome)
    }
  }

  private func ask(_ asker: Asker, _ probes: [Probe], seconds: Int) async throws -> [Probe: Bool] {
    guard !probes.isEmpty else { return [:] }
    let list = probes.filter { $0.kind != "udp" }.map { "\($0.kind) \($0.place)\n" }.joined()
    let script = Self.script(seconds: seconds)
    async let datagrams = askByUDP(asker, probes.filter { $0.kind == "udp" }, seconds: seconds)
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

  private func askByUDP(_ asker: Asker, _ probes: [Probe], seconds: Int) async throws
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

  /// All questions of one origin use one connection.
  private func explain(_ asker: Asker) async throws -> [Probe: Answer] {
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

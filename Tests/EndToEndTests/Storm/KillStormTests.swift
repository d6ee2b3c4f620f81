import Glibc
import Kernel
import TestHosts
import Testing

/// The engine is killed at random instants while several clients work. After each restart, what was acknowledged is there,
/// what was removed is gone, and every object works; in the end nothing is left behind.
///
/// `CAUSEWAY_KILLS` is the number of kills (default 8), `CAUSEWAY_SEED` the first seed. `make test-crash` runs the long form.
@Suite(.serialized) struct KillStormTests {
  private static let kills = number("CAUSEWAY_KILLS") ?? 8
  private static let seed = number("CAUSEWAY_SEED") ?? 1
  private static let clients = 4

  private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

  @Test(.engineHost) func killsUnderLoadLoseAndLeakNothing() async throws {
    let host = try TestHost.shared
    let empty = try await host.stormSnapshot()
    var acknowledged = 0
    for kill in 0..<Self.kills {
      let seed = Self.seed + kill
      var random = StormRandom(seed: UInt64(seed))
      try await host.docker("network", "create", "storm-shared").succeeded()
      let work = (0..<Self.clients).map { client in
        let command = [
          "\(Binaries.package)/Tests/Support/Clients/storm-client", "k\(client)", "\(seed * 10 + client)", "20",
          host.stormGroup,
        ]
        return Task { try await host.run(command) }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 50...4000, using: &random)))
      try await host.killEngine()
      var records: [StormRecord] = []
      for client in work { records.append(StormRecord(try await client.value.lines)) }
      try await host.startEngine()
      let place = "seed \(seed), interrupted: \(records.compactMap(\.interrupted).sorted())"
      for record in records {
        acknowledged += record.acknowledged
        #expect(record.failures.isEmpty, "\(place)")
        try await host.check(record, place)
      }
      try await host.removeAfterStorm(place)
      try await host.expectNoStormSince(empty, place)
    }
    print("\(Self.kills) kills, \(acknowledged) acknowledged operations")
    #expect(acknowledged > Self.kills)
  }
}

/// Repeatable random numbers (SplitMix64).
struct StormRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension TestHost {
  fileprivate func check(_ record: StormRecord, _ place: String) async throws {
    let names = Set(try await docker("ps", "-a", "--format", "{{.Names}}").succeeded().lines)
    for (name, state) in record.containers {
      let status = names.contains(name) ? try await inspect(name, "{{.State.Status}}") : nil
      switch state {
      case .absent: #expect(status == nil, "\(name) was removed: \(place)")
      case .created: #expect(status == "created", "\(name): \(place)")
      case .running: #expect(status == "running", "\(name): \(place)")
      case .stopped: #expect(status == "exited", "\(name): \(place)")
      case .unknown: break
      }
      for name in [name, "\(name)-x"] where names.contains(name) { try await expectUsable(name, place) }
    }
    let networks = Set(try await docker("network", "ls", "--format", "{{.Name}}").succeeded().lines)
    for (name, state) in record.networks where state != .unknown {
      #expect(networks.contains(name) == (state == .created), "network \(name): \(place)")
    }
    let volumes = Set(try await docker("volume", "ls", "-q").succeeded().lines)
    for (name, state) in record.volumes where state != .unknown {
      #expect(volumes.contains(name) == (state == .created), "volume \(name): \(place)")
    }
  }

  /// Whatever its state is, the container can be brought to run, and a process can start in it.
  private func expectUsable(_ name: String, _ place: String) async throws {
    let status = try await inspect(name, "{{.State.Status}}")
    if status == "paused" { try await docker("unpause", name).succeeded() }
    if status != "running", status != "paused" {
      let start = try await docker("start", name)
      #expect(start.code == 0, "\(name) was \(status): \(start.stderr) \(place)")
    }
    let exec = try await docker("exec", name, "sh", "-c", "ls /data && ip addr")
    #expect(exec.code == 0, "\(name): \(exec.stderr) \(place)")
  }

  fileprivate func removeAfterStorm(_ place: String) async throws {
    let containers = try await docker("ps", "-aq").succeeded().lines
    if !containers.isEmpty {
      let removal = try await docker(["rm", "-fv"] + containers)
      #expect(removal.code == 0, "\(removal.stderr): \(place)")
    }
    let networks = try await docker("network", "prune", "-f")
    #expect(networks.code == 0, "\(networks.stderr): \(place)")
    let volumes = try await docker("volume", "prune", "-af")
    #expect(volumes.code == 0, "\(volumes.stderr): \(place)")
    for list in [["ps", "-aq"], ["network", "ls", "-q", "--filter", "type=custom"], ["volume", "ls", "-q"]] {
      #expect(try await docker(list).succeeded().lines == [], "\(list): \(place)")
    }
  }

  /// The parent of this host's control groups. Test hosts that run side by side share the machine's control groups.
  fileprivate var stormGroup: String { "storm-" + (folder.split(separator: "/").last.map(String.init) ?? "") }

  /// The host, the folders of containers and volumes, and control groups.
  fileprivate func stormSnapshot() async throws -> [String] {
    let folders = try await shell(
      "cd \(dataRoot) && find . -mindepth 1 -maxdepth 2 ! -path './image*' ! -name '*state.sqlite*'; "
        + "ls -d /sys/fs/cgroup/\(stormGroup)/* /sys/fs/cgroup/*/\(stormGroup)/*/ 2>/dev/null; true"
    ).succeeded().lines
    return try await snapshot().lines + folders.map { "folder \($0)" }.sorted()
  }

  fileprivate func expectNoStormSince(_ earlier: [String], _ place: String) async throws {
    var extra: [String] = []
    for _ in 0..<30 {
      let known = Set(earlier)
      extra = try await stormSnapshot().filter { !known.contains($0) }
      if extra.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("left behind: \(extra): \(place)")
  }
}

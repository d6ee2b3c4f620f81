import TestHosts
import Testing

/// `docker ps --filter`, each filter.
@Suite(.serialized, .engineHost) struct ListFilterTests {
  @Test func filtersWork() async throws {
    let host = try TestHost.shared
    try await host.docker("create", "--name", "first", "busybox", "true").succeeded()
    try await host.docker("run", "--name", "second", "busybox", "sh", "-c", "exit 5")
    try await host.runIdle("third", "--label", "k=v", "--expose", "99", "-p", "8181:80", "-v", "/kept")
    let all = ["first", "second", "third"]
    let cases: [(String, [String])] = [
      ("ancestor=busybox", all), ("ancestor=nonesuch", []), ("before=second", ["first"]), ("since=second", ["third"]),
      ("exited=5", ["second"]), ("exited=0", []), ("health=none", all), ("is-task=true", []), ("is-task=false", all),
      ("label=k", ["third"]), ("label=k=w", []), ("name=^sec", ["second"]), ("name=ir", ["first", "third"]),
      ("network=bridge", all), ("publish=8181", ["third"]), ("publish=80", []), ("publish=8181/udp", []),
      ("expose=98-100/tcp", ["third"]), ("expose=80", ["third"]), ("status=created", ["first"]),
      ("status=running", ["third"]), ("volume=/kept", ["third"]), ("volume=nonesuch", []),
    ]
    for (filter, names) in cases {
      let found = try await host.docker("ps", "-a", "--filter", filter, "--format", "{{.Names}}").succeeded().lines
      #expect(Set(found) == Set(names), "\(filter): \(found)")
    }
    for wrong in ["health=bad", "status=foo", "is-task=x", "foo=bar", "expose=x", "before=nonesuch", "exited=x"] {
      #expect(try await host.docker("ps", "--filter", wrong).code == 1, "\(wrong)")
    }
  }
}

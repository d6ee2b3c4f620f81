import TestHosts
import Testing

/// Disk usage and pruning.
@Suite(.serialized, .engineHost) struct DiskUsageTests {
  @Test func usageIsCountedAndReclaimed() async throws {
    let host = try TestHost.shared
    let base = try await host.docker("image", "inspect", "-f", "{{.Size}}", "busybox").text
    try await host.docker(
      "run", "--name", "writer", "-v", "filled:/v", "-v", "/anonymous", "busybox", "sh", "-c",
      "head -c 30000 /dev/zero >/big; ln /big /again; head -c 5000 /dev/zero >/v/f; ln -s 12345 /v/link"
    ).succeeded()
    try await host.runIdle("runs", "-v", "filled:/v")
    try await host.docker("commit", "writer", "bigger").succeeded()

    let sizes = try await host.docker(
      "inspect", "-s", "-f", "{{.SizeRw}} {{.SizeRootFs}}", "writer"
    ).succeeded().text
    #expect(sizes == "30000 \((Int(base) ?? 0) + 30000)")
    let listed = try await host.docker("ps", "-as", "--filter", "name=writer", "--format", "{{.Size}}").text
    #expect(listed.hasPrefix("30kB (virtual "), "\(listed)")

    let verbose = try await host.docker("system", "df", "-v").succeeded().stdout
    #expect(verbose.contains("filled"))
    let answer = try await host.api("GET", "/v1.50/system/df")
    let facts = try await host.shell(
      "curl -s --unix-socket \(host.socketPath) http://e/v1.50/system/df | jq -c '"
        + "[.LayersSize, (.Images | map({(.RepoTags[0]): [.SharedSize, .Size, .Containers]}) | add),"
        + " (.Volumes | map(select(.Name == \"filled\")) | .[0].UsageData), (.Containers | length), .BuildCache]'"
    ).text
    let size = Int(base) ?? 0
    #expect(
      facts
        == "[\(size + 30000),{\"bigger:latest\":[\(size),\(size + 30000),0],\"busybox:latest\":[\(size),\(size),2]},"
        + "{\"RefCount\":2,\"Size\":5005},2,[]]", "\(answer)")
    let only = try await host.api("GET", "/v1.50/system/df?type=volume")
    #expect(only.body.contains("\"Images\":null") && only.body.contains("filled"))
    #expect(try await host.api("GET", "/v1.50/system/df?type=cheese").status == 400)
    let table = try await host.docker("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}").lines
    #expect(table == ["Images 2 1", "Containers 2 1", "Local Volumes 2 2", "Build Cache 0 0"])

    let pruned = try await host.docker("container", "prune", "-f").succeeded().stdout
    #expect(pruned.contains("Total reclaimed space: 30kB"), "\(pruned)")
    #expect(try await host.docker("ps", "-aq").lines.count == 1)
    // The anonymous volume is unused now; the other one is used.
    let volumes = try await host.docker("volume", "prune", "-f").succeeded().stdout
    #expect(volumes.contains("Total reclaimed space: 0B"), "\(volumes)")
    #expect(try await host.docker("volume", "ls", "-q").lines == ["filled"])
    try await host.docker("rm", "-f", "runs").succeeded()
    let all = try await host.docker("system", "prune", "-af", "--volumes").succeeded().stdout
    #expect(all.contains("untagged: bigger:latest") && all.contains("untagged: busybox:latest"), "\(all)")
    #expect(try await host.docker("volume", "ls", "-q").lines == ["filled"])
    let last = try await host.docker("volume", "prune", "-af").succeeded().stdout
    #expect(last.contains("Total reclaimed space: 5.005kB"), "\(last)")
    #expect(try await host.docker("images", "-q").lines.isEmpty)
    try await host.loadBusybox()
  }

  @Test func prunesRespectTheirFilters() async throws {
    let host = try TestHost.shared
    for (name, label) in [("keeps", "keep=1"), ("goes", "keep=0"), ("bare", "other=1")] {
      try await host.docker("create", "--name", name, "--label", label, "busybox").succeeded()
      try await host.docker("volume", "create", "--label", label, name).succeeded()
      try await host.docker("network", "create", "--label", label, name).succeeded()
    }
    func names() async throws -> [String] {
      try await host.docker("ps", "-a", "--format", "{{.Names}}").lines.sorted()
    }
    #expect(try await host.docker("container", "prune", "-f", "--filter", "until=1h").code == 0)
    #expect(try await names() == ["bare", "goes", "keeps"])
    try await host.docker("container", "prune", "-f", "--filter", "label=keep=0").succeeded()
    #expect(try await names() == ["bare", "keeps"])
    try await host.docker("container", "prune", "-f", "--filter", "label!=keep").succeeded()
    #expect(try await names() == ["keeps"])
    try await host.docker("volume", "prune", "-af", "--filter", "label!=keep=1").succeeded()
    #expect(try await host.docker("volume", "ls", "-q").lines == ["keeps"])
    try await host.docker("network", "prune", "-f", "--filter", "label=keep=0").succeeded()
    try await host.docker("network", "prune", "-f", "--filter", "until=1h").succeeded()
    #expect(
      try await host.docker("network", "ls", "--filter", "type=custom", "--format", "{{.Name}}").lines.sorted()
        == ["bare", "keeps"])
    let wrong = try await host.docker("container", "prune", "-f", "--filter", "colour=red")
    #expect(wrong.code != 0 && wrong.stderr.contains("invalid filter 'colour'"), "\(wrong)")
    #expect(try await host.docker("container", "prune", "-f", "--filter", "until=soon").code != 0)
    try await host.docker("system", "prune", "-f", "--filter", "label=keep=1").succeeded()
    #expect(try await names() == [])
    try await host.docker("network", "prune", "-f").succeeded()
    try await host.docker("volume", "prune", "-af").succeeded()
  }
}

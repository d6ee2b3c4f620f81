import TestHosts
import Testing

/// The file `/etc/causeway/engine.json`, or the file of `--config-file`.
@Suite(.serialized, .bareHost) struct ConfigurationFileTests {
  @Test func networkSettingsApply() async throws {
    let host = try TestHost.shared
    let file = """
      {"default-address-pools":[{"base":"10.210.0.0/16","size":26},{"base":"fd00:210::/48","size":64}],
       "default-network-opts":{"bridge":{"com.docker.network.driver.mtu":"1380"}}, "mtu":1420}
      """
    try await host.shell("cat >\(host.folder)/engine.json", stdin: file).succeeded()
    let check = try await host.causeway("config", "check", "\(host.folder)/engine.json")
    #expect(check.code == 0 && check.stdout.contains("configuration OK"), "\(check)")
    try await host.startEngine(["--config-file", "\(host.folder)/engine.json"])
    try await host.loadBusybox()
    try await host.docker("network", "create", "--ipv6", "pooled").succeeded()
    let subnets = try await host.inspect("pooled", "{{range .IPAM.Config}}{{.Subnet}} {{end}}")
    #expect(subnets.contains("10.210.0.") && subnets.contains("/26 ") && subnets.contains("fd00:210:"), "\(subnets)")
    func size(_ network: String) async throws -> String {
      try await host.docker("run", "--rm", "--network", network, "busybox", "cat", "/sys/class/net/eth0/mtu").text
    }
    #expect(try await size("pooled") == "1380")
    #expect(try await size("bridge") == "1420")
    try await host.docker("network", "create", "-o", "com.docker.network.driver.mtu=1300", "own").succeeded()
    #expect(try await size("own") == "1300")
  }

  @Test func bothProgramsReportErrorsWithTheirLocation() async throws {
    let host = try TestHost.shared
    let file = #"{"colour":"red","dns":["x"],"mtu":"big","default-address-pools":[{"base":"10.0.0.0/8","size":4}]}"#
    try await host.shell("cat >\(host.folder)/wrong.json", stdin: file).succeeded()
    let path = "\(host.folder)/wrong.json"
    let check = try await host.causeway("config", "check", path)
    let start = try await host.run(["causewayd", "--validate", "--config-file", path])
    #expect(check.code == 1 && start.code == 1)
    for part in [
      "colour: the following directives don't match any configuration option",
      "dns[0]: expected an IP address, found \"x\"",
      "mtu: expected 0 or a number from 68 to 65535, found \"big\"",
      "default-address-pools[0]: expected a size from 8 to 32, the base being 10.0.0.0/8",
    ] {
      #expect(check.stderr.contains("\(path): \(part)"), "\(check)")
      #expect(start.stderr.contains(part), "\(start)")
    }
    let missing = try await host.causeway("config", "check", "/no/such.json")
    #expect(missing.code == 1 && missing.stderr.contains("no such file or directory"), "\(missing)")
  }
}

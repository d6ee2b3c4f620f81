import TestHosts
import Testing

/// `docker search` in registries with a search API, and in those with a catalogue only.
@Suite(.serialized, .engineHost) struct SearchTests {
  private func names(_ host: TestHost, _ arguments: String...) async throws -> [String] {
    try await host.docker(["search", "--format", "{{.Name}}"] + arguments).succeeded().lines
  }

  @Test func listIsSearched() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5120", name: "listed")
    for name in ["team/web", "team/database", "other/web"] {
      try await host.docker("tag", "busybox", registry.name(name)).succeeded()
      try await host.docker("push", "-q", registry.name(name)).succeeded()
      try await host.docker("rmi", registry.name(name)).succeeded()
    }
    let table = try await host.docker("search", registry.name("WEB")).succeeded()
    #expect(table.lines.first?.split(separator: " ") == ["NAME", "DESCRIPTION", "STARS", "OFFICIAL"], "\(table)")
    #expect(table.stdout.contains("127.0.0.1:5120/other/web") && table.stdout.contains("127.0.0.1:5120/team/web"))
    #expect(!table.stdout.contains("database"), "\(table)")
    #expect(try await names(host, registry.name("")).count == 3)
    #expect(try await names(host, "--limit", "2", registry.name("")).count == 2)
    #expect(try await names(host, "--filter", "stars=1", registry.name("web")).isEmpty)
    #expect(try await names(host, "--filter", "is-official=true", registry.name("web")).isEmpty)
    #expect(try await names(host, "--filter", "is-official=false", registry.name("web")).count == 2)
    #expect(try await names(host, registry.name("nothing")).isEmpty)
    // The printed names can be pulled.
    let found = try #require(try await names(host, registry.name("database")).first)
    try await host.docker("pull", found).succeeded()
    try await host.docker("rmi", found).succeeded()
    let own = try await host.causeway("search", registry.name("web")).succeeded()
    #expect(own.stdout.contains("127.0.0.1:5120/team/web"), "\(own)")

    // More than one page of results.
    try await host.shell(
      """
      cd \(host.folder)/listed/data/docker/registry/v2/repositories
      for number in $(seq 250); do mkdir -p many/r$number/_manifests many/r$number/_layers; done
      """
    ).succeeded()
    let last = try await host.api("GET", "/v1.50/images/search?term=127.0.0.1:5120/team&limit=100")
    #expect(last.status == 200 && last.body.contains("127.0.0.1:5120/team/web"), "\(last)")
    #expect(try await names(host, "--limit", "100", registry.name("many")).count == 100)
    #expect(try await names(host, registry.name("many")).count == 25)
  }

  @Test func registrySearchIsUsed() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5121, login: "eve:apple")
    let stranger = try await host.docker("search", registry.name("fruit"))
    #expect(stranger.code != 0 && stranger.stderr.contains("unauthorized: authentication required"), "\(stranger)")
    try await host.docker(["login", "-u", "eve", "--password-stdin", "127.0.0.1:5121"], stdin: "apple").succeeded()
    let table = try await host.docker("search", registry.name("fruit")).succeeded()
    #expect(table.lines.count == 4, "\(table)")
    #expect(table.lines.dropFirst().first?.split(separator: " ").last == "[OK]", "\(table)")
    #expect(table.stdout.contains("what is said of fruit-1"), "\(table)")
    #expect(try await names(host, "--filter", "stars=2", registry.name("fruit")) == ["127.0.0.1:5121/fruit-2"])
    #expect(try await names(host, "--filter", "is-official=true", registry.name("fruit")) == ["127.0.0.1:5121/fruit-0"])
    #expect(try await names(host, "--limit", "1", registry.name("fruit")).count == 1)
    // The credentials are on no command line and in no file.
    #expect(try await host.shell("ls -A \(host.execRoot)/registries").succeeded().lines == [])
    try await host.docker("logout", "127.0.0.1:5121").succeeded()
  }

  @Test func registrySearchUsesCredentials() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5122", name: "asking", asksWho: true)
    let stranger = try await host.docker("search", registry.name("x"))
    #expect(stranger.code != 0 && stranger.stderr.contains("unauthorized: authentication required"), "\(stranger)")
    try await host.docker(
      ["login", "-u", TestRegistry.user, "--password-stdin", registry.address], stdin: TestRegistry.password
    ).succeeded()
    #expect(try await names(host, registry.name("x")).isEmpty)
    let own = try await host.causeway("search", registry.name("x"))
    #expect(own.code == 0 && own.stdout.hasPrefix("NAME"), "\(own)")
    try await host.docker("logout", registry.address).succeeded()
  }

  @Test func missingSearchIsReported() async throws {
    let host = try TestHost.shared
    let down = try await host.docker("search", "127.0.0.1:5999/x")
    #expect(
      down.code != 0 && down.stderr.contains("the registry 127.0.0.1:5999 cannot be reached: Failed to connect to"),
      "\(down)")
    try await host.shell("mkdir -p \(host.folder)/nothing").succeeded()
    _ = try await host.start([
      "python3", "-m", "http.server", "-b", "127.0.0.1", "-d", "\(host.folder)/nothing", "5123",
    ])
    try await waitUntil("a server that is no registry") {
      try await host.run(["curl", "-s", "-o", "/dev/null", "http://127.0.0.1:5123/"]).code == 0
    }
    let neither = try await host.docker("search", "127.0.0.1:5123/x")
    #expect(
      neither.code != 0
        && neither.stderr.contains("the registry 127.0.0.1:5123 has neither a search (/v1/search) nor a list"),
      "\(neither)")
    for (wrong, words) in [
      ("term=x&limit=101", "limit 101 is outside the range of [1, 100]"), ("", "no search term is given"),
      ("term=http://x/y", "should not have a scheme"),
      ("term=127.0.0.1:1/x&filters={\"colour\":[\"red\"]}", "invalid filter 'colour'"),
      ("term=127.0.0.1:1/x&filters={\"stars\":[\"many\"]}", "invalid filter 'stars=many'"),
    ] {
      let query = wrong.replacing("{", with: "%7B").replacing("}", with: "%7D").replacing("\"", with: "%22")
        .replacing("[", with: "%5B").replacing("]", with: "%5D")
      let answer = try await host.api("GET", "/v1.50/images/search?\(query)")
      #expect(answer.status == 400 && answer.body.contains(words), "\(answer)")
    }
  }

  @Test func searchUsesTheCertificatesOfPulls() async throws {
    let host = try TestHost.shared
    let certificates = try await Certificates.make(
      in: "\(host.folder)/certificates", serverNames: "IP:\(TestHost.address),DNS:registry.test")
    let registry = try await TestRegistry.start(
      in: host, at: "\(TestHost.address):5124", name: "vouched", certificates: certificates)
    let unknown = try await host.docker("search", registry.name("x"))
    #expect(unknown.code != 0 && unknown.stderr.contains("certificate"), "\(unknown)")
    try await registry.trust(certificates)
    #expect(try await names(host, registry.name("x")).isEmpty)
  }
}

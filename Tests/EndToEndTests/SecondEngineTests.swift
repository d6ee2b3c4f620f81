import TestHosts
import Testing

/// A second engine on a host is refused before it changes anything.
@Suite(.serialized) struct SecondEngineTests {
  @Test(.engineHost) func theNetworkHasOneEngine() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "first").succeeded()
    try await host.runWeb("web", "--network", "first", "-p", "8080:80")
    let before = try await host.snapshot()
    let second = try await host.run(
      engine(host, dataRoot: "second-data", execRoot: "second-exec", name: "second"), timeout: .seconds(20))
    #expect(second.code == 1)
    #expect(second.stderr.contains("manages the networks of this host"), "\(second.stderr)")
    #expect(try await host.snapshot().extra(since: before) == [])
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "web")
    // After a kill, the next engine starts at once.
    try await host.restartEngine()
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "web")
  }

  @Test(.engineHost) func anExecRootHasOneEngine() async throws {
    let host = try TestHost.shared
    let second = try await host.run(
      ["unshare", "--net"] + engine(host, dataRoot: "second-data", execRoot: nil, name: "second"),
      timeout: .seconds(20))
    #expect(second.code == 1)
    #expect(second.stderr.contains("uses the exec root \(host.execRoot)"), "\(second.stderr)")
  }

  /// Engines in two network namespaces share the host's files and disturb nothing.
  @Test(.engineHost) func anotherNetworkNamespaceHasItsOwnEngine() async throws {
    let host = try TestHost.shared
    try await host.runWeb("web", "-p", "8080:80")
    let other = try await host.start(
      ["unshare", "--net"] + engine(host, dataRoot: "second-data", execRoot: "second-exec", name: "second"))
    let socket = "unix://\(host.folder)/second.sock"
    do {
      try await waitUntil("the second engine to answer", for: .seconds(30)) {
        try await host.docker("-H", socket, "version").code == 0
      }
    } catch let error as TimedOut {
      throw TimedOut(error.what, detail: other.errors)
    }
    #expect(try await host.docker("-H", socket, "ps", "-q").succeeded().lines == [])
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "web")
    try await host.shell("kill $(cat \(host.folder)/second.pid)").succeeded()
    try await waitUntil("the second engine to end", for: .seconds(10)) {
      try await host.docker("-H", socket, "version").code != 0
    }
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "web")
  }

  private func engine(_ host: TestHost, dataRoot: String, execRoot: String?, name: String) -> [String] {
    [
      Binaries.engine, "--data-root", "\(host.folder)/\(dataRoot)", "--exec-root",
      execRoot.map { "\(host.folder)/\($0)" } ?? host.execRoot, "--pidfile", "\(host.folder)/\(name).pid", "-H",
      "unix://\(host.folder)/\(name).sock",
    ]
  }
}

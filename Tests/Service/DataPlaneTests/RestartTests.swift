import Addressing
import CLinux
@testable import DataPlane
import Glibc
import Kernel
import NameService
import Synchronization
import TestHosts
import Testing

@Suite(.timeLimit(.minutes(1))) struct RestartTests {
  @Test func afterAKillEverythingIsServedAgain() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let port = PortReservation(address: .any(.ipv4), port: 8080, transport: .tcp)
      try await host.client.apply([.reserve([port], owner: "web")])
      try await host.end(SIGKILL)
      let web = TestClient(namespace: try host.namespace("web"), seconds: 1)
      await #expect(throws: (any Error).self) { try await web.exchangeStream([[0]]) }
      try host.start()
      // The engine's client finds the new process.
      let status = try await host.client.status()
      #expect(status.sandboxes == 2)
      #expect(status.reservedPorts == 1)
      #expect(status.problems == [])
      #expect(try await web.lookUp("db") == ["172.30.0.3"])
      #expect(try await web.lookUp("db", overTCP: true) == ["172.30.0.3"])
      #expect(try await bindError(in: host.namespace("host"), port) == EADDRINUSE)
    }
  }

  @Test func aNamespaceThatIsGoneIsDropped() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      try await host.end(SIGKILL)
      let sandboxes = host.sandboxes
      try await onDedicatedThread("test") { _ = try sandboxes.delete("db") }
      try host.start()
      #expect(try await host.client.status().sandboxes == 1)
      #expect(host.log.contains("dropped sandbox db, whose namespace no longer exists"))
      // The program ends and is not restarted.
      try await host.end(SIGTERM)
      try host.start()
      #expect(try await host.client.status().sandboxes == 1)
      #expect(host.log.components("dropped sandbox") == 1)
    }
  }

  @Test func whatWasRemovedStaysRemoved() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      try await host.client.apply([.removeEndpoint(id: "db@front"), .closeSandbox(id: "db")])
      try await host.end(SIGKILL)
      try host.start()
      let status = try await host.client.status()
      #expect(status.sandboxes == 1)
      #expect(status.endpoints == 1)
    }
  }

  @Test func aNamespaceMadeAnewIsServedAnew() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let sandboxes = host.sandboxes
      try await onDedicatedThread("test") {
        _ = try sandboxes.delete("web")
        try sandboxes.create("web")
      }
      try await host.client.apply([.openSandbox(host.record("web"))])
      #expect(try await TestClient(namespace: host.namespace("web")).lookUp("db") == ["172.30.0.3"])
    }
  }

  @Test func closingASandboxLetsGoOfItsNamespace() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web"])
      let pid = try #require(host.processID)
      let before = try openDescriptors(pid)
      try await host.client.apply([.removeEndpoint(id: "web@front"), .closeSandbox(id: "web")])
      #expect(try openDescriptors(pid) == before - 3)
      try await host.client.apply([.closeSandbox(id: "web")])
    }
  }

  @Test func aTableInOnePieceReplacesWhatIsThere() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      _ = try await host.makeNamespace("new")
      try await host.client.replace(
        DataPlaneTable([
          .openSandbox(host.record("web")), .openSandbox(host.record("new")),
          .setEndpoint(DataPlaneHost.endpoint("web", .v4(IPv4Address(172, 30, 0, 2)))),
          .setEndpoint(DataPlaneHost.endpoint("new", .v4(IPv4Address(172, 30, 0, 5)))),
        ]))
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.lookUp("new") == ["172.30.0.5"])
      #expect(try await web.ask("db")?.flags.responseCode == .serverFailure)
      #expect(try await host.client.status().sandboxes == 2)
    }
  }

  @Test func aTableThatCannotBeServedInFullIsServedAsFarAsItCan() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let namespace = try host.namespace("host")
      let taken = PortReservation(address: .any(.ipv4), port: 81, transport: .udp)
      let free = PortReservation(address: .any(.ipv4), port: 80, transport: .udp)
      let squatter = Mutex<OwnedDescriptor?>(
        try await namespace.run { try Sockets.bound(SocketAddress(.any(.ipv4), 81), linux_SOCK_DGRAM) })
      let sandboxes = host.sandboxes
      try await onDedicatedThread("test") {
        _ = try sandboxes.delete("web")
        try sandboxes.create("web")
      }
      var table = DataPlaneTable([
        .openSandbox(host.record("web")), .openSandbox(host.record("db")), .openSandbox(host.record("gone")),
        .reserve([taken, free], owner: "web"), .reserve([free], owner: "db"),
      ])
      for name in ["web", "db"] {
        table.apply(.setEndpoint(DataPlaneHost.endpoint(name, .v4(IPv4Address(172, 30, 0, name == "web" ? 2 : 3)))))
      }
      try await host.client.replace(table)
      // Also in a new namespace under the same path.
      #expect(try await TestClient(namespace: host.namespace("web")).lookUp("db") == ["172.30.0.3"])
      #expect(try await TestClient(namespace: host.namespace("db")).lookUp("web") == ["172.30.0.2"])
      #expect(try await bindError(in: namespace, free) == EADDRINUSE)
      let status = try await host.client.status()
      #expect(status.sandboxes == 2)
      #expect(status.problems.count == 1)
      #expect(status.problems.first?.contains("0.0.0.0:81/udp") == true)
      // The port is taken as soon as it is free.
      squatter.withLock { $0 = nil }
      var problems = status.problems
      for _ in 0..<50 where !problems.isEmpty {
        try await Task.sleep(for: .milliseconds(100))
        problems = try await host.client.status().problems
      }
      #expect(problems == [])
      #expect(try await bindError(in: namespace, taken) == EADDRINUSE)
    }
  }

  @Test func onlyOneRuns() async throws {
    try await DataPlaneHost.with { host in
      let first = try await host.client.status().processID
      let output = try await Tool(DataPlaneHost.program).run([
        "--state", host.configuration.stateFolder, "--socket", host.configuration.socketPath, "--pidfile",
        host.configuration.pidfilePath,
      ])
      #expect(output.status.isSuccess)
      #expect(output.stderrText.contains("another instance holds"))
      #expect(try await host.client.status().processID == first)
    }
  }

  @Test func itKeepsOnlyThePowersItNeeds() async throws {
    try await DataPlaneHost.with { host in
      let pid = try await host.client.status().processID
      let lines = try readFile("/proc/\(pid)/status").split(separator: "\n").map(String.init)
      // CAP_SYS_ADMIN is bit 21, CAP_NET_BIND_SERVICE bit 10.
      for set in ["CapEff", "CapPrm"] { #expect(lines.contains("\(set):\t0000000000200400")) }
      #expect(lines.contains("NoNewPrivs:\t1"))
      // The other tests prove that these capabilities are sufficient.
    }
  }

  @Test func theTableCanBeReadByPeople() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web"])
      try await host.client.apply([
        .reserve([PortReservation(address: .any(.ipv6), port: 80, transport: .tcp)], owner: "web")
      ])
      let output = try await Tool(DataPlaneHost.program).run(["--show", host.configuration.stateFolder])
      #expect(
        output.stdoutText.split(separator: "\n").map(String.init) == [
          "sandbox web at \(host.sandboxes.file("web")) port 10053 hosts host.docker.internal is 172.30.0.1",
          "endpoint web@front of web on front (id-front) names web all at 172.30.0.2", "ports of web: [::]:80/tcp",
        ])
    }
  }

  @Test func terminationIsOrderly() async throws {
    try await DataPlaneHost.with { host in
      _ = try await host.client.status()
      #expect(try await host.end(SIGTERM) == .exited(0))
      #expect(access(host.configuration.socketPath, F_OK) != 0)
    }
  }

  @Test func theEngineKeepsItRunning() async throws {
    try await withScratchFolder { folder in
      let configuration = DataPlaneConfiguration(
        stateFolder: "\(folder)/state", socketPath: "\(folder)/socket", pidfilePath: "\(folder)/pid")
      let keeper = DataPlaneProcess(
        program: DataPlaneHost.program, configuration: configuration, logPath: "\(folder)/log")
      let client = try DataPlaneClient(socketPath: configuration.socketPath)
      try await keeper.keepRunning()
      let first = try await client.status().processID
      #expect(getsid(first) == first)
      kill(first, SIGKILL)
      let second = try await client.status().processID
      #expect(second != first)
      // A second engine takes over the running program and restarts it.
      await keeper.stopSupervising()
      let heir = DataPlaneProcess(
        program: DataPlaneHost.program, configuration: configuration, logPath: "\(folder)/log")
      try await heir.keepRunning()
      #expect(try await client.status().processID == second)
      kill(second, SIGKILL)
      let third = try await client.status().processID
      #expect(third != second)
      await heir.terminate()
      try await ProcessWatch.end(of: third)
    }
  }
}

func openDescriptors(_ pid: Int32) throws -> Int {
  guard let folder = opendir("/proc/\(pid)/fd") else { throw SystemCallError(errno: errno, call: "opendir") }
  defer { closedir(folder) }
  var count = 0
  while readdir(folder) != nil { count += 1 }
  return count - 2
}

extension String {
  /// The number of occurrences of a text.
  func components(_ text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}

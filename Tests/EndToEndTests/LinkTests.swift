import TestHosts
import Testing

/// Docker's container links: names and variables on the default bridge, a private alias on user-defined networks.
@Suite(.serialized, .engineHost) struct LinkTests {
  @Test func linkSetsNamesAndVariables() async throws {
    let host = try TestHost.shared
    try await host.runIdle(
      "store", "--expose", "5432", "--expose", "5433", "--expose", "53/udp", "-e", "SECRET=a=b", "-e", "EMPTY=",
      "--hostname", "store-host")
    let address = try await host.address(of: "store", on: "bridge")
    try await host.runIdle("client", "--link", "store:my-db.x")
    let variables = try await host.exec("client", "env").succeeded().lines.filter { $0.hasPrefix("MY_DB.X") }
    #expect(
      Set(variables) == [
        "MY_DB.X_NAME=/client/my-db.x", "MY_DB.X_PORT=tcp://\(address):5432",
        "MY_DB.X_PORT_5432_TCP=tcp://\(address):5432", "MY_DB.X_PORT_5432_TCP_ADDR=\(address)",
        "MY_DB.X_PORT_5432_TCP_PORT=5432", "MY_DB.X_PORT_5432_TCP_PROTO=tcp",
        "MY_DB.X_PORT_5433_TCP=tcp://\(address):5433", "MY_DB.X_PORT_5433_TCP_ADDR=\(address)",
        "MY_DB.X_PORT_5433_TCP_PORT=5433", "MY_DB.X_PORT_5433_TCP_PROTO=tcp",
        "MY_DB.X_PORT_5432_TCP_START=tcp://\(address):5432", "MY_DB.X_PORT_5432_TCP_PORT_START=5432",
        "MY_DB.X_PORT_5432_TCP_END=tcp://\(address):5433", "MY_DB.X_PORT_5432_TCP_PORT_END=5433",
        "MY_DB.X_PORT_53_UDP=udp://\(address):53", "MY_DB.X_PORT_53_UDP_ADDR=\(address)",
        "MY_DB.X_PORT_53_UDP_PORT=53", "MY_DB.X_PORT_53_UDP_PROTO=udp", "MY_DB.X_ENV_SECRET=a=b", "MY_DB.X_ENV_EMPTY=",
      ], "\(variables.joined(separator: "\n"))")
    #expect(try await host.exec("client", "cat", "/etc/hosts").stdout.contains("\(address)\tmy-db.x store-host store"))
    #expect(try await host.exec("client", "ping", "-c1", "-W2", "my-db.x").code == 0)
    #expect(try await host.inspect("client", "{{.HostConfig.Links}}") == "[/store:/client/my-db.x]")
    // Other containers cannot resolve the link's name.
    try await host.runIdle("bystander")
    #expect(try await host.exec("bystander", "ping", "-c1", "-W1", "my-db.x").code != 0)
    // After a restart with another address, the name follows.
    try await host.docker("stop", "-t", "1", "store").succeeded()
    try await host.runIdle("usurper")
    #expect(try await host.address(of: "usurper", on: "bridge") == address)
    try await host.docker("start", "store").succeeded()
    let later = try await host.address(of: "store", on: "bridge")
    #expect(later != address)
    try await waitUntil("the name to follow", for: .seconds(5)) {
      try await host.exec("client", "cat", "/etc/hosts").stdout.contains("\(later)\tmy-db.x")
    }
    #expect(!(try await host.exec("client", "cat", "/etc/hosts").stdout.contains("\(address)\tmy-db.x")))
    #expect(try await host.exec("client", "ping", "-c1", "-W2", "my-db.x").code == 0)
  }

  @Test func linkNeedsARunningContainer() async throws {
    let host = try TestHost.shared
    let ghost = try await host.docker("run", "--rm", "--link", "ghost:g", "busybox", "true")
    #expect(
      ghost.code == 125 && ghost.stderr.contains("could not get container for ghost: No such container: ghost"),
      "\(ghost)")
    try await host.docker("create", "--name", "resting", "busybox").succeeded()
    let resting = try await host.docker("run", "--rm", "--name", "lonely", "--link", "resting:r", "busybox", "true")
    #expect(
      resting.code == 125
        && resting.stderr.contains("Cannot link to a non running container: /resting AS /lonely/r"), "\(resting)")
    try await host.docker("network", "create", "elsewhere").succeeded()
    try await host.runIdle("away", "--network", "elsewhere")
    let away = try await host.docker("run", "--rm", "--link", "away:a", "busybox", "true")
    #expect(
      away.code == 125 && away.stderr.contains("Cannot link to /away, as it does not belong to the default network"),
      "\(away)")
    let malformed = try await host.docker("run", "--rm", "--link", "a:b:c", "busybox", "true")
    #expect(malformed.code == 125 && malformed.stderr.contains("bad format for links: a:b:c"), "\(malformed)")
    // Two containers that link to each other: the first cannot start.
    try await host.runIdle("ring-a")
    try await host.docker("create", "--name", "ring-b", "--link", "ring-a:a", "busybox").succeeded()
    try await host.docker("rm", "-f", "ring-a").succeeded()
    try await host.docker("create", "--name", "ring-a", "--link", "ring-b:b", "busybox").succeeded()
    let ring = try await host.docker("start", "ring-a")
    #expect(ring.stderr.contains("Cannot link to a non running container: /ring-b AS /ring-a/b"), "\(ring)")
  }

  @Test func linkOnACustomNetworkIsAPrivateAlias() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "own").succeeded()
    try await host.runIdle("backend", "--network", "own", "-e", "SECRET=1")
    try await host.runIdle("friend", "--network", "own", "--link", "backend:pal")
    try await host.runIdle("other", "--network", "own")
    let address = try await host.address(of: "backend", on: "own")
    #expect(try await host.dig("+short", "pal", from: .container("friend")).text == address)
    #expect(try await host.dig("+short", "pal", from: .container("other")).text.isEmpty)
    #expect(!(try await host.exec("friend", "env").stdout.contains("PAL")))
    // It follows as well, and can name a container that does not exist yet.
    try await host.docker("stop", "-t", "1", "backend").succeeded()
    try await host.runIdle("squatter", "--network", "own")
    try await host.docker("start", "backend").succeeded()
    let later = try await host.address(of: "backend", on: "own")
    #expect(later != address)
    try await waitUntil("the name to follow", for: .seconds(5)) {
      try await host.dig("+short", "pal", from: .container("friend")).text == later
    }
    try await host.docker("network", "create", "late").succeeded()
    try await host.docker("network", "connect", "--link", "backend:soon", "late", "friend").succeeded()
    try await host.docker("network", "connect", "late", "backend").succeeded()
    let there = try await host.address(of: "backend", on: "late")
    try await waitUntil("the name to come", for: .seconds(5)) {
      try await host.dig("+short", "soon", from: .container("friend")).text == there
    }
  }
}

import TestHosts
import Testing

/// A plugin that refuses, hangs, dies or answers nonsense: the error says so, nothing else waits, and nothing is left
/// behind.
@Suite(.serialized) struct PluginFailureTests {
  @Test(.bareHost) func pluginFailuresDuringNetworkCreation() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    let empty = try await host.snapshot()
    let create = ["network", "create", "-d", "test", "--ipam-driver", "test", "net"]
    for method in ["NetworkDriver.CreateNetwork", "IpamDriver.RequestPool", "IpamDriver.RequestAddress"] {
      for (way, words) in Self.ways {
        try await plugin.setBehaviour([method: way])
        let refused = try await host.docker(create)
        #expect(refused.code == 1, "\(method) \(way)")
        for word in ["plugin \"test\"", method, words] {
          #expect(refused.stderr.contains(word), "\(method) \(way): \(refused.stderr)")
        }
        try await plugin.setBehaviour()
        #expect(try await host.docker("network", "ls", "-q", "--filter", "driver=test").text == "")
        try await host.expectNothingSince(empty, "\(method) \(way)")
        #expect(try await plugin.expectsNothing(), "\(method) \(way)")
      }
    }
    // And then it works.
    try await host.docker(create).succeeded()
    try await host.docker("network", "rm", "net").succeeded()
    #expect(try await plugin.expectsNothing())
  }

  private static let ways = [
    ("refuse", "the plugin does not want to"), ("hang", "did not answer"), ("garbage", "cannot be used"),
    ("truncate", "in the middle of the answer"), ("huge", "more than"), ("drip", "did not answer"),
    ("notfound", "does not know"), ("answer []", "a JSON object is needed"),
  ]

  @Test(.bareHost) func pluginFailuresDuringContainerStart() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    try await host.docker("network", "create", "-d", "test", "--ipam-driver", "test", "net").succeeded()
    // If the plugin names no gateway, the engine chooses this one and stores it.
    try await host.docker("network", "create", "docker_gwbridge").succeeded()
    let held = try await plugin.memory("[.networks, .endpoints, .pools]")
    let empty = try await host.snapshot()
    let methods = [
      "IpamDriver.RequestAddress", "NetworkDriver.CreateEndpoint", "NetworkDriver.Join",
      "NetworkDriver.ProgramExternalConnectivity",
    ]
    let ways = [
      ("refuse", "the plugin does not want to"), ("hang", "did not answer"), ("garbage", "cannot be used"),
      ("truncate", "in the middle of the answer"), ("late", "did not answer"),
    ]
    for method in methods {
      for (way, words) in ways {
        try await plugin.setBehaviour([method: way])
        let refused = try await host.docker("run", "--name", "cc", "--network", "net", "busybox", "true")
        #expect(refused.code == 125, "\(method) \(way)")
        for word in ["plugin \"test\"", method, words] {
          #expect(refused.stderr.contains(word), "\(method) \(way): \(refused.stderr)")
        }
        try await plugin.setBehaviour()
        try await host.docker("rm", "cc").succeeded()
        try await host.expectNothingSince(empty, "\(method) \(way)")
        // The engine cannot release an address that arrived after the timeout.
        guard (method, way) != ("IpamDriver.RequestAddress", "late") else { continue }
        #expect(try await plugin.memory("[.endpoints | length]") == "[0]", "\(method) \(way)")
      }
    }
    // A missing link, and a link that belongs to the host.
    for (answer, word) in [
      (#"{"InterfaceName":{"SrcName":"nosuch0","DstPrefix":"eth"}}"#, "nosuch0"),
      (#"{"InterfaceName":{"SrcName":"lo","DstPrefix":"eth"}}"#, "cannot be used"),
      (#"{"Gateway":"here"}"#, "cannot be used"),
    ] {
      try await plugin.setBehaviour(["NetworkDriver.Join": "answer \(answer)"])
      let refused = try await host.docker("run", "--rm", "--network", "net", "busybox", "true")
      #expect(refused.code == 125)
      #expect(refused.stderr.contains(word), "\(refused.stderr)")
      try await plugin.setBehaviour()
      try await host.expectNothingSince(empty, answer)
    }
    #expect(try await host.docker("run", "--rm", "--network", "net", "busybox", "true").code == 0)
    #expect(try await plugin.memory("[.networks, .endpoints] | map(length)") == "[1,0]")
    #expect(held.contains("10.200.0.254"))
  }

  @Test(.bareHost) func hangingPluginDoesNotBlockOthers() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    try await host.docker("network", "create", "-d", "test", "slow").succeeded()
    try await host.docker("network", "create", "plain").succeeded()
    try await plugin.setBehaviour(["NetworkDriver.CreateEndpoint": "hang", "NetworkDriver.CreateNetwork": "hang"])
    let stuck = try await host.start(["docker", "run", "-d", "--name", "stuck", "--network", "slow", "busybox", "true"])
    let making = try await host.start(["docker", "network", "create", "-d", "test", "slower"])
    try await waitUntil("both to hang", for: .seconds(5)) {
      try await plugin.calls().filter { $0.hasPrefix("NetworkDriver.Create") }.count >= 3
    }
    // While they hang, everything else works, including networks of the same plugin.
    #expect(try await host.docker("run", "--rm", "--network", "plain", "busybox", "echo", "hi").stdout == "hi\n")
    try await host.docker("network", "create", "another").succeeded()
    #expect(try await host.docker("network", "inspect", "-f", "{{.Driver}}", "slow").text == "test")
    #expect(try await host.docker("ps", "-a", "--format", "{{.Names}}").lines == ["stuck"])
    try await waitUntil("both to fail", for: .seconds(20)) {
      stuck.errors.contains("did not answer") && making.errors.contains("did not answer")
    }
    try await plugin.setBehaviour()
    try await host.docker("rm", "-f", "stuck").succeeded()
    #expect(try await host.docker("run", "--rm", "--network", "slow", "busybox", "true").code == 0)
    #expect(try await plugin.memory("[.networks, .endpoints] | map(length)") == "[1,0]")
  }

  @Test(.bareHost) func lostPluginIsCleanedUpLater() async throws {
    let host = try TestHost.shared
    let plugin = TestPlugin(host: host, name: "test")
    try await host.startEngine(TestPlugin.flags(host))
    try await host.loadBusybox()
    let empty = try await host.snapshot()
    let process = try await plugin.start()
    try await host.docker("network", "create", "-d", "test", "--ipam-driver", "test", "net").succeeded()
    try await host.runIdle("aa", "--network", "net")
    try await host.runIdle("bb", "--network", "net")
    process.kill()
    try await waitUntil("the plugin to be gone", for: .seconds(5)) {
      try await host.run(["curl", "-s", "-m", "1", "--unix-socket", "\(host.folder)/plugins/test.sock", "http://p/"])
        .code != 0
    }
    // Running containers continue; new networks fail with the reason.
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "bb").code == 0)
    let refused = try await host.docker("run", "--rm", "--network", "net", "busybox", "true")
    #expect(refused.code == 125)
    #expect(refused.stderr.contains("plugin \"test\" cannot be asked for"), "\(refused.stderr)")
    #expect(refused.stderr.contains("see that the plugin runs"), "\(refused.stderr)")
    // What goes, goes.
    try await host.docker("rm", "-f", "aa", "bb").succeeded()
    try await host.docker("network", "rm", "net").succeeded()
    #expect(try await host.docker("info", "-f", "{{.Warnings}}").text.contains("plugin \"test\" does not answer"))
    // The engine restarts before the plugin.
    try await host.restartEngine()
    _ = try await plugin.start()
    try await waitUntil("the plugin to be told", for: .seconds(20)) { try await plugin.expectsNothing() }
    #expect(try await host.docker("info", "-f", "{{.Warnings}}").text.contains("plugin") == false)
    // Links of a killed plugin disappear when it is called again.
    let left = try await host.snapshot().extra(since: empty).filter { !$0.contains("network-plugin") }
    #expect(left.isEmpty, "\(left)")
  }

  @Test(.bareHost) func engineIsKilledDuringAPluginCall() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    try await host.docker("network", "create", "-d", "test", "--ipam-driver", "test", "net").succeeded()
    let empty = try await host.snapshot()
    let known = try await plugin.memory("[.networks, .pools, (.endpoints | length)]")
    for method in ["NetworkDriver.CreateNetwork", "NetworkDriver.CreateEndpoint", "NetworkDriver.Join"] {
      // The plugin acts, but the engine never gets the answer.
      try await plugin.setBehaviour([method: "late"])
      try await plugin.forgetCalls()
      let command =
        method.hasSuffix("Network")
        ? ["docker", "network", "create", "-d", "test", "--ipam-driver", "test", "half"]
        : ["docker", "run", "-d", "--name", "half", "--network", "net", "busybox", "true"]
      _ = try await host.start(command)
      try await waitUntil("the plugin to be asked", for: .seconds(5)) {
        try await plugin.calls().contains { $0.hasPrefix(method) }
      }
      try await plugin.setBehaviour()
      try await host.restartEngine()
      try await waitUntil("the plugin to be told", for: .seconds(20)) {
        try await plugin.memory("[.networks, .pools, (.endpoints | length)]") == known
      }
      try await host.docker("rm", "-f", "half")
      #expect(try await host.docker("network", "ls", "--format", "{{.Name}}").lines.contains("half") == false)
      try await host.expectNothingSince(empty, method)
    }
    // Running containers survive both restarts.
    try await host.runIdle("aa", "--network", "net")
    try await host.restartEngine()
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "10.200.0.254").code == 0)
    try await host.docker("rm", "-f", "aa").succeeded()
    #expect(try await plugin.memory("[.networks, .pools, (.endpoints | length)]") == known)
  }

  @Test(.bareHost) func restartedPluginIsRestored() async throws {
    let host = try TestHost.shared
    let plugin = TestPlugin(host: host, name: "test", settings: ["replay=true"])
    try await host.startEngine(TestPlugin.flags(host))
    try await host.loadBusybox()
    let process = try await plugin.start()
    try await host.docker("network", "create", "--ipam-driver", "test", "net").succeeded()
    try await host.runIdle("aa", "--network", "net")
    let known = try await plugin.memory(".pools | map(.taken)")
    try await host.killEngine()
    process.kill()
    try await host.shell("rm \(host.folder)/plugin-test/state.json; rm \(host.folder)/plugins/test.sock").succeeded()
    _ = try await plugin.start()
    try await host.startEngine(TestPlugin.flags(host))
    try await host.runIdle("bb", "--network", "net")
    #expect(try await host.address(of: "bb", on: "net") == "10.200.0.11")
    try await host.docker("rm", "-f", "bb").succeeded()
    #expect(try await plugin.memory(".pools | map(.taken)") == known)
  }

  @Test(.bareHost) func invalidPluginIsRefused() async throws {
    let host = try TestHost.shared
    try await host.startEngine(TestPlugin.flags(host))
    func refusal(_ arguments: String...) async throws -> String {
      let output = try await host.docker(arguments)
      #expect(output.code != 0, "\(arguments)")
      return output.stderr
    }
    #expect(try await refusal("network", "create", "-d", "nosuch", "n").contains("plugin \"nosuch\" not found"))
    #expect(try await refusal("network", "create", "-d", "../evil", "n").contains("plugin \"../evil\" not found"))
    #expect(
      try await refusal("network", "create", "--ipam-driver", "nosuch", "n").contains("plugin \"nosuch\" not found"))
    // Found, but unusable.
    try await host.shell(
      "mkdir -p \(host.folder)/specs && cd \(host.folder)/specs && echo tcp://127.0.0.1:9 >closed.spec "
        + "&& echo https://127.0.0.1:9 >secure.spec && echo hello >broken.json"
    ).succeeded()
    #expect(try await refusal("network", "create", "-d", "closed", "n").contains("Connection refused"))
    #expect(try await refusal("network", "create", "-d", "secure", "n").contains("TLS"))
    #expect(try await refusal("network", "create", "-d", "broken", "n").contains("broken.json"))
    _ = try await TestPlugin(host: host, name: "only", settings: ["implements=VolumeDriver"]).start()
    #expect(try await refusal("network", "create", "-d", "only", "n").contains("does not implement NetworkDriver"))
    // Managed plugins (images that the engine would run) are refused by name.
    #expect(try await refusal("plugin", "install", "--grant-all-permissions", "vieux/sshfs").contains("plugins"))
    #expect(try await host.docker("plugin", "ls", "-q").succeeded().text == "")
  }
}

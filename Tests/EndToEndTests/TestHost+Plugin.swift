import TestHosts

/// The plugin `Tests/Support/Clients/network-plugin.py` in a host, under a name.
struct TestPlugin {
  let host: TestHost
  let name: String
  var settings: [String] = []

  /// Flags for an engine that uses the host's own plugins, with a timeout of 2 seconds.
  static func flags(_ host: TestHost) -> [String] {
    [
      "--plugin-sockets", "\(host.folder)/plugins", "--plugin-specs", "\(host.folder)/specs", "--plugin-timeout", "2",
    ]
  }

  private var socket: String { "\(host.folder)/plugins/\(name).sock" }
  private var folder: String { "\(host.folder)/plugin-\(name)" }

  /// Starts it and waits until it listens.
  func start() async throws -> BackgroundCommand {
    let command = try await host.start(
      ["python3", "\(Binaries.package)/Tests/Support/Clients/network-plugin.py", socket, folder] + settings)
    try await waitUntil("the plugin to listen", for: .seconds(10)) {
      try await host.run(["curl", "-s", "-m", "1", "--unix-socket", socket, "http://plugin/"]).code == 0
    }
    return command
  }

  /// Sets the behaviour ("hang") for calls ("NetworkDriver.Join").
  func setBehaviour(_ behaviours: [String: String] = [:]) async throws {
    let lines = behaviours.map { "\($0.key) \($0.value)\n" }.joined()
    try await host.run(["sh", "-c", "cat >\(folder)/behaviour"], stdin: lines).succeeded()
  }

  /// The calls that it received, with their bodies.
  func calls() async throws -> [String] { try await host.shell("cat \(folder)/calls").lines }

  func forgetCalls() async throws { try await host.shell(": >\(folder)/calls").succeeded() }

  /// The result of a jq query on its state.
  func memory(_ query: String) async throws -> String {
    try await host.run(["jq", "-c", query, "\(folder)/state.json"]).succeeded().text
  }

  /// Expects that the plugin has no objects.
  func expectsNothing() async throws -> Bool {
    try await memory("[.networks, .endpoints, .pools] | map(length)") == "[0,0,0]"
  }
}

extension TestHost {
  /// Starts an engine and the plugin `test` for it.
  func startWithPlugin(_ settings: String...) async throws -> TestPlugin {
    let plugin = TestPlugin(host: self, name: "test", settings: settings)
    try await startEngine(TestPlugin.flags(self))
    try await loadBusybox()
    _ = try await plugin.start()
    return plugin
  }
}

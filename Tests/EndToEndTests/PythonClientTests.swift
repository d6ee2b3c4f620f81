import TestHosts
import Testing

/// The Python SDK, docker-compose v1 and testcontainers, as distributed.
@Suite(.serialized, .engineHost) struct PythonClientTests {
  private static let clients = "\(Binaries.package)/Tests/Support/Clients"

  /// The environment of the clients, made once for all tests.
  private static let environment = Task<String, any Error> {
    let output = try await TestHost.runOnThisMachine(["\(Binaries.package)/Scripts/python-clients"])
    return output
  }

  private func python(_ script: String, _ arguments: String...) async throws -> CommandOutput {
    let host = try TestHost.shared
    let folder = try await Self.environment.value
    return try await host.run(
      ["\(folder)/bin/python", "\(Self.clients)/\(script)"] + arguments,
      environment: ["TESTCONTAINERS_RYUK_DISABLED": "true", "PYTHONDONTWRITEBYTECODE": "1"], timeout: .seconds(240))
  }

  @Test(arguments: [
    "system", "containers", "updates", "executions", "logs", "attachments", "archives", "networks", "volumes",
    "images", "builds", "events", "usage", "registries",
  ])
  func sdk(area: String) async throws {
    let output = try await python("sdk.py", try TestHost.shared.socketPath, area)
    #expect(output.code == 0 && output.lines == ["ok \(area)"], "\(output)")
    try await TestHost.shared.removeEverything()
  }

  @Test func testcontainers() async throws {
    let output = try await python("testcontainers_test.py")
    #expect(output.code == 0, "\(output)")
    #expect(try await TestHost.shared.docker("ps", "-aq").lines.isEmpty)
  }

  @Test func oldDockerCompose() async throws {
    let host = try TestHost.shared
    let output = try await host.shell("bash \(Self.clients)/compose/scenario", timeout: .seconds(240))
    #expect(output.code == 0 && output.lines.last == "done", "\(output)")
    try await host.removeEverything()
  }
}

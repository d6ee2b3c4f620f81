import Glibc
import TestHosts
import Testing

/// Docker Compose v2, where it is installed.
private enum DockerCompose {
  static let program: String? = {
    let named = getenv("CAUSEWAY_DOCKER_COMPOSE").map { String(cString: $0) }
    let usual = ["/usr/libexec/docker/cli-plugins/docker-compose", "/usr/lib/docker/cli-plugins/docker-compose"]
    return (named.map { [$0] } ?? usual).first { access($0, X_OK) == 0 }
  }()
}

/// Docker Compose v2 and `causeway compose` on one project: each sees what the other made, and leaves it alone. Debian has
/// v2 from release 13 on; where it is not there is nothing to compare with.
@Suite(.serialized, .engineHost, .enabled(if: DockerCompose.program != nil)) struct ComposePeerTests {
  @Test func peersLeaveEachOthersObjectsAlone() async throws {
    let project = try await ComposeHost(
      "peers",
      [
        "compose.yaml": """
        services:
          web: {\(staying), ports: ["18180:80"], environment: {A: "<1>", B: null}, labels: {tier: front}}
          db: {\(staying), volumes: ["data:/data"], networks: [back], healthcheck: {test: ["CMD", "true"], interval: 1m30s},
            deploy: {resources: {limits: {memory: 64M}}}}
          made: {\(staying.replacing("image: busybox", with: "build: ."))}
        networks: {back: {labels: {a: b}}}
        volumes: {data: {}}
        """, "Dockerfile": "FROM busybox\nRUN true\n",
      ])
    let host = project.host
    let program = try #require(DockerCompose.program)
    func dockerCompose(_ arguments: String) async throws -> CommandOutput {
      try await host.shell("cd '\(project.folder)' && '\(program)' \(arguments)", timeout: .seconds(120)).succeeded()
    }
    try await project.compose("build").succeeded()
    _ = try await dockerCompose("up -d")
    let first = try await project.running()
    #expect(first.count == 3)
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.running() == first)
    let hashes = try await project.compose("config", "--hash", "*").succeeded().lines.sorted()
    #expect(try await dockerCompose("config --hash '*'").lines.sorted() == hashes)
    try await project.compose("down").succeeded()
    #expect(try await host.docker("ps", "-aq").lines.isEmpty)

    try await project.compose("up", "-d").succeeded()
    let second = try await project.running()
    _ = try await dockerCompose("up -d")
    #expect(try await project.running() == second && second.isDisjoint(with: first))
    #expect(Set(try await dockerCompose("ps -q").lines) == second)
    _ = try await dockerCompose("down -v")
    #expect(try await host.docker("ps", "-aq").lines.isEmpty)
    #expect(try await host.docker("network", "ls", "-q", "--filter", "name=peers").lines.isEmpty)
    #expect(try await host.docker("volume", "ls", "-q").lines.isEmpty)
  }
}

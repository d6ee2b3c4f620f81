import TestHosts

/// A folder with a Compose file, and `causeway compose` in it.
struct ComposeHost {
  let host: TestHost
  let folder: String

  init(_ name: String, _ files: [String: String]) async throws {
    host = try TestHost.shared
    folder = "\(host.folder)/\(name)"
    for (path, text) in files {
      try await host.shell("mkdir -p \"$(dirname '\(folder)/\(path)')\" && cat >'\(folder)/\(path)'", stdin: text)
        .succeeded()
    }
  }

  init(_ name: String, _ file: String) async throws { try await self.init(name, ["compose.yaml": file]) }

  @discardableResult
  func compose(_ words: String..., environment: [String: String] = [:]) async throws -> CommandOutput {
    try await host.run(["causeway", "compose", "--project-directory", folder] + words, environment: environment)
  }

  /// Runs a command in the first container of a service.
  func exec(_ service: String, _ words: String...) async throws -> CommandOutput {
    try await host.run(["causeway", "compose", "--project-directory", folder, "exec", "-T", service] + words)
  }

  /// The ids of the project's running containers.
  func running() async throws -> Set<String> { Set(try await compose("ps", "-q").succeeded().lines) }
}

/// A long-running service in the flow style of YAML.
let staying =
  "image: busybox, stop_grace_period: 1s, command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"]"

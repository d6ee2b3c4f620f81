import TestHosts
import Testing

/// A host for working through a guide, and the `docker` on it.
struct Lesson: Sendable {
  /// Which program is `docker` on the PATH.
  enum Client: String, CaseIterable, CustomTestStringConvertible {
    /// Docker's command, with `causeway compose` as its plugin.
    case docker = "docker"
    /// The `causeway` command under that name.
    case causeway = "causeway as docker"

    var testDescription: String { rawValue }
  }

  let host: TestHost
  let client: Client
  /// The current folder of the commands.
  let folder: String

  /// - Parameter folder: below `Tests/Support/Guides`; the commands run in a copy.
  init(_ client: Client, folder: String = "") async throws {
    host = try TestHost.shared
    self.client = client
    let all = "\(host.folder)/guides"
    self.folder = folder.isEmpty ? all : "\(all)/\(folder)"
    try await host.shell(
      """
      [ -e '\(all)' ] || {
        cp -r '\(Binaries.package)/Tests/Support/Guides' '\(all)'
        mkdir -p "$DOCKER_CONFIG/cli-plugins" '\(host.folder)/as-docker'
        ln -s '\(Binaries.folder)/causeway' "$DOCKER_CONFIG/cli-plugins/docker-compose"
        ln -s '\(Binaries.folder)/causeway' '\(host.folder)/as-docker/docker'
      }
      """
    ).succeeded()
  }

  private var entry: String {
    "cd '\(folder)'; " + (client == .causeway ? "PATH='\(host.folder)/as-docker':$PATH; " : "")
  }

  /// Runs a shell command line.
  @discardableResult
  func run(_ line: String, stdin: String? = nil) async throws -> CommandOutput {
    try await host.shell(entry + line, stdin: stdin, timeout: .seconds(120))
  }

  /// Types lines into an interactive program on a terminal, with time for each answer.
  func type(_ lines: [String], into line: String) async throws -> CommandOutput {
    let typed = lines.map { "sleep 1; echo '\($0)'; " }.joined()
    return try await host.shell(entry + "(\(typed) sleep 1; echo exit) | script -qec '\(line)' /dev/null")
  }

  /// Starts a long-running command line.
  func start(_ line: String) async throws -> BackgroundCommand {
    try await host.start(["bash", "-c", entry + "exec " + line])
  }

  /// Builds an application below `Tests/Support/Guides` from base images, unless the engine has it.
  func build(_ name: String, from application: String, on base: String...) async throws {
    guard try await host.docker("image", "inspect", "-f", "{{.Id}}", name).code != 0 else { return }
    for image in base { try await host.loadBaseImages(image) }
    try await host.docker(
      "build", "-t", name, "\(host.folder)/guides/\(application)", timeout: .seconds(120)
    ).succeeded()
  }

  /// The page at an address, repeated while a server may still be starting.
  func page(_ url: String, from place: TestHost.Place = .host) async throws -> String {
    try await poll("http://\(url)", for: .seconds(40), every: .milliseconds(100)) {
      let output = try await host.run(["curl", "-gsf", "-m", "5", "http://\(url)"], in: place)
      return output.code == 0 ? output.text : nil
    }
  }

  /// Whether a TCP port accepts connections.
  func reaches(_ address: String, _ port: Int, from place: TestHost.Place) async throws -> Bool {
    let probe = "timeout 1 bash -c 'exec 3<>/dev/tcp/\(address)/\(port)'"
    return try await host.run(["bash", "-c", probe], in: place).code == 0
  }

  /// The output of a command in a helper container.
  func inside(_ container: String, _ line: String) async throws -> CommandOutput {
    try await host.docker("exec", container, "sh", "-c", line)
  }
}

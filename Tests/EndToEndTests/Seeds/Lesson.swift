import TestHosts
import Testing

/// A host on which somebody goes through a guide, and the `docker` that they have.
struct Lesson: Sendable {
  /// What is called `docker` on the path.
  enum Client: String, CaseIterable, CustomTestStringConvertible {
    /// Docker's own command; Compose is its plugin, which is ours.
    case docker = "docker"
    /// Our command under that name.
    case causeway = "causeway as docker"

    var testDescription: String { rawValue }
  }

  let host: TestHost
  let client: Client
  /// Where the commands are typed.
  let folder: String

  /// - Parameter folder: below `Tests/Support/Guides`; a copy of it is worked in.
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

  /// Runs a line of the shell as it is typed.
  @discardableResult
  func run(_ line: String, stdin: String? = nil) async throws -> CommandOutput {
    try await host.shell(entry + line, stdin: stdin, timeout: .seconds(120))
  }

  /// Types lines into an interactive program on a terminal, each when the last one's answer has had time to come.
  func type(_ lines: [String], into line: String) async throws -> CommandOutput {
    let typed = lines.map { "sleep 1; echo '\($0)'; " }.joined()
    return try await host.shell(entry + "(\(typed) sleep 1; echo exit) | script -qec '\(line)' /dev/null")
  }

  /// Starts a line that goes on.
  func start(_ line: String) async throws -> BackgroundCommand {
    try await host.start(["bash", "-c", entry + "exec " + line])
  }

  /// Builds an application below `Tests/Support/Guides`, unless the engine has it, from base images.
  func build(_ name: String, from application: String, on base: String...) async throws {
    guard try await host.docker("image", "inspect", "-f", "{{.Id}}", name).code != 0 else { return }
    for image in base { try await host.loadBaseImages(image) }
    try await host.docker(
      "build", "-t", name, "\(host.folder)/guides/\(application)", timeout: .seconds(120)
    ).succeeded()
  }

  /// The page at an address, asked again while a server may still be starting.
  func page(_ url: String, from place: TestHost.Place = .host) async throws -> String {
    try await poll("http://\(url)", for: .seconds(40), every: .milliseconds(100)) {
      let output = try await host.run(["curl", "-gsf", "-m", "5", "http://\(url)"], in: place)
      return output.code == 0 ? output.text : nil
    }
  }

  /// Whether something answers at a TCP port.
  func reaches(_ address: String, _ port: Int, from place: TestHost.Place) async throws -> Bool {
    let probe = "timeout 1 bash -c 'exec 3<>/dev/tcp/\(address)/\(port)'"
    return try await host.run(["bash", "-c", probe], in: place).code == 0
  }

  /// What a container of ours for trying things out says to a command.
  func inside(_ container: String, _ line: String) async throws -> CommandOutput {
    try await host.docker("exec", container, "sh", "-c", line)
  }
}

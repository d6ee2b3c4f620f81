import TestHosts

/// The command of an idle container. It ends at once on SIGTERM.
let idle = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]

extension TestHost {
  /// `docker run -d` of an idle container.
  func runIdle(_ name: String, _ options: String...) async throws {
    try await docker(["run", "-d", "--name", name] + options + ["busybox"] + idle).succeeded()
  }

  /// `docker run -d` of a web server on port 80 whose only page is its own name.
  func runWeb(_ name: String, _ options: String...) async throws {
    try await docker(
      ["run", "-d", "--name", name] + options + ["busybox", "sh", "-c", Self.webScript(name)]
    ).succeeded()
  }

  /// Serves until SIGTERM. As the first process it must handle the signal itself.
  static func webScript(_ page: String, ports: [Int] = [80]) -> String {
    let servers = ports.map { "httpd -f -p \($0) -h /srv &" }.joined(separator: " ")
    return
      "mkdir -p /srv; echo \(page) >/srv/index.html; trap 'exit 0' TERM; \(servers) while :; do wait; sleep 1; done"
  }

  /// The page at an address, or `nil` after an error.
  func fetch(_ url: String, from place: Place, seconds: Int = 3) async throws -> String? {
    let output = try await run(["curl", "-gsf", "-m", "\(seconds)", "http://\(url)/"], in: place)
    return output.code == 0 ? output.text : nil
  }

  /// The same, repeated while a server may still be starting.
  func fetchSoon(_ url: String, from place: Place) async throws -> String {
    try await poll("http://\(url)/", for: .seconds(5)) { try await fetch(url, from: place, seconds: 2) }
  }

  /// Queries the name server inside a container's namespace with `dig`.
  func dig(_ arguments: String..., from place: Place) async throws -> CommandOutput {
    try await run(["dig", "@127.0.0.11", "+tries=1", "+time=2"] + arguments, in: place)
  }

  /// Runs a command in a container.
  func exec(_ container: String, _ command: String...) async throws -> CommandOutput {
    try await docker(["exec", container] + command)
  }

  /// Removes all containers and all user-defined networks.
  func removeEverything() async throws {
    let containers = try await docker("ps", "-aq").succeeded().lines
    if !containers.isEmpty { try await docker(["rm", "-f"] + containers).succeeded() }
    try await docker("network", "prune", "-f").succeeded()
    try await docker("volume", "prune", "-af")
  }
}

extension CommandOutput {
  /// The output of `dig +short` without comments.
  var answers: [String] { lines.filter { !$0.hasPrefix(";") } }
}

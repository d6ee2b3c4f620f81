import Kernel

/// Another engine on the same host.
extension TestHost {
  private var peerSocket: String { "\(folder)/peer.sock" }

  /// Starts another engine, by its name in `Benchmarks/peers`, with its own socket and state and the image
  /// `busybox:latest`. Waits until it answers. It ends with the host.
  package func startPeer(_ name: String) async throws {
    _ = try await Tool(Binaries.peers).run(["fetch", name]).requireSuccess("fetching \(name)")
    let process = try await start([
      Binaries.peers, name, "--data-root", "\(folder)/peer-data", "--exec-root", "\(folder)/peer-exec", "--pidfile",
      "\(folder)/peer.pid", "-H", "unix://\(peerSocket)",
    ])
    do {
      try await waitUntil("\(name) to answer", for: .seconds(30)) { try await peer("version").code == 0 }
    } catch let error as TimedOut {
      throw TimedOut(error.what, detail: process.errors)
    }
    try await load(BusyboxImage.bytes(), into: ["docker", "-H", "unix://\(peerSocket)"])
  }

  /// Starts Debian's firewalld in the host, with a message bus of its own.
  ///
  /// - Returns: the folder of its `firewall-cmd`.
  package func startFirewalld() async throws -> String {
    _ = try await Tool(Binaries.peers).run(["fetch", "firewalld"]).requireSuccess("fetching firewalld")
    let place = "\(folder)/firewalld"
    let process = try await start([Binaries.peers, "firewalld", place])
    do {
      try await waitUntil("firewalld to answer", for: .seconds(30)) {
        // Until the script has written the command, the shell does not find it.
        try await shell("\(place)/firewall-cmd --state").code == 0
      }
    } catch let error as TimedOut {
      throw TimedOut(error.what, detail: process.errors)
    }
    return place
  }

  /// Runs the docker command with that engine.
  @discardableResult
  package func peer(_ arguments: [String]) async throws -> CommandOutput {
    try await run(["docker", "-H", "unix://\(peerSocket)"] + arguments)
  }

  @discardableResult
  package func peer(_ arguments: String...) async throws -> CommandOutput { try await peer(arguments) }
}

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

  /// Runs the docker command with that engine.
  @discardableResult
  package func peer(_ arguments: [String]) async throws -> CommandOutput {
    try await run(["docker", "-H", "unix://\(peerSocket)"] + arguments)
  }

  @discardableResult
  package func peer(_ arguments: String...) async throws -> CommandOutput { try await peer(arguments) }
}

import TestHosts

/// `Tests/Support/Clients/hostile-registry.py` in a host.
struct HostileRegistry {
  let port: Int

  /// Starts it and waits until it listens.
  ///
  /// - Parameter login: `user:password`, with which alone it gives a token that it wants to see.
  static func start(in host: TestHost, port: Int, login: String? = nil) async throws -> HostileRegistry {
    let program = "\(Binaries.package)/Tests/Support/Clients/hostile-registry.py"
    _ = try await host.start(["python3", program, "\(port)"] + (login.map { [$0] } ?? []))
    try await waitUntil("the registry to listen", for: .seconds(10)) {
      try await host.run(["curl", "-s", "-m", "1", "-o", "/dev/null", "http://127.0.0.1:\(port)/v2/"]).code == 0
    }
    return HostileRegistry(port: port)
  }

  /// An image whose name's first part says how the registry shall behave.
  func name(_ rest: String) -> String { "127.0.0.1:\(port)/\(rest)" }
}

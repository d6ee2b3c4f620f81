import TestHosts

/// `Tests/Support/Clients/hostile-registry.py` in a host.
struct HostileRegistry {
  let port: Int

  /// Starts it and waits until it listens.
  ///
  /// - Parameter login: the `user:password` for which the registry issues the token that it requires.
  static func start(in host: TestHost, port: Int, login: String? = nil) async throws -> HostileRegistry {
    let program = "\(Binaries.package)/Tests/Support/Clients/hostile-registry.py"
    _ = try await host.start(["python3", program, "\(port)"] + (login.map { [$0] } ?? []))
    try await waitUntil("the registry to listen", for: .seconds(10)) {
      try await host.run(["curl", "-s", "-m", "1", "-o", "/dev/null", "http://127.0.0.1:\(port)/v2/"]).code == 0
    }
    return HostileRegistry(port: port)
  }

  /// An image whose first name component selects the registry's behaviour.
  func name(_ rest: String) -> String { "127.0.0.1:\(port)/\(rest)" }
}

import Glibc
import Kernel
import Synchronization

extension TestHost {
  package var socketPath: String { "\(folder)/causeway.sock" }
  package var dataRoot: String { "\(folder)/data" }
  package var execRoot: String { "\(folder)/exec" }
  var pidFile: String { "\(folder)/causewayd.pid" }

  /// Starts the engine and waits until it answers.
  ///
  /// - Parameters:
  ///   - arguments: further flags.
  ///   - peer: another engine with the same flags, by its name in `Benchmarks/peers`.
  package func startEngine(
    _ arguments: [String] = [], peer: String? = nil, environment: [String: String] = [:]
  ) async throws {
    let vector =
      (peer.map { [Binaries.peers, $0] } ?? [Binaries.engine]) + [
        "--data-root", dataRoot, "--exec-root", execRoot, "--pidfile", pidFile,
        "-H", "unix://\(socketPath)", "--log-level", "debug",
      ] + arguments
    let engine = EngineProcess(
      command: try await launch(vector, in: .host, environment: environment, stdin: nil), arguments: arguments)
    engineSlot.withLock { $0 = engine }
    do {
      try await waitUntil("causewayd to answer", for: .seconds(30)) {
        if engine.hasEnded { throw EngineDied(log: engine.logTail) }
        return try await ping()
      }
    } catch let error as TimedOut {
      throw TimedOut(error.what, detail: engine.logTail)
    }
  }

  /// Sends the engine a signal and waits until it has ended.
  package func killEngine(_ signal: Int32 = SIGKILL) async throws {
    guard let engine = engineSlot.withLock({ $0 }) else { return }
    // The pid in the file is the one inside the host.
    try await shell("kill -\(signal) $(cat \(pidFile))").succeeded()
    _ = try await engine.ended(within: .seconds(30))
    Self.recordRoutes(engine)
    engineSlot.withLock { $0 = nil }
  }

  /// Kills the engine, by default with SIGKILL, and starts it again with the same flags.
  package func restartEngine(_ signal: Int32 = SIGKILL) async throws {
    let arguments = engineSlot.withLock { $0?.arguments } ?? []
    try await killEngine(signal)
    try await startEngine(arguments)
  }

  /// Records the API routes that answered successfully, in a file of the folder that `CAUSEWAY_ROUTES` names. `make
  /// compatibility` turns them into a page.
  static func recordRoutes(_ engine: EngineProcess) {
    guard let folder = getenv("CAUSEWAY_ROUTES").map({ String(cString: $0) }) else { return }
    var routes = Set<String>()
    for line in engine.log.split(separator: "\n") {
      guard let start = line.firstRange(of: "msg=\"answered ")?.upperBound,
        let end = line[start...].firstIndex(of: "\""),
        let status = line.firstRange(of: "status=\"")?.upperBound, ["1", "2", "3"].contains(line[status...].prefix(1))
      else { continue }
      routes.insert(String(line[start..<end]))
    }
    guard let file = fopen("\(folder)/routes", "a") else { return }
    for route in routes.sorted() { fputs(route + "\n", file) }
    fclose(file)
  }

  /// What the engine has logged since its start.
  package var engineLog: String { engineSlot.withLock { $0?.log } ?? "" }

  /// Whether the engine answers.
  package func ping() async throws -> Bool {
    try await run(
      ["curl", "-s", "-m", "2", "--unix-socket", socketPath, "http://engine/_ping"], timeout: .seconds(5)
    ).stdout == "OK"
  }

  /// The image `busybox:latest`, whose default command is a shell.
  package func loadBusybox() async throws {
    try await load(BusyboxImage.bytes(), into: ["docker"])
  }

  func load(_ image: [UInt8], into engine: [String]) async throws {
    let command = try await launch(
      engine + ["import", "-c", "CMD [\"sh\"]", "-", "busybox:latest"], in: .host, environment: [:], stdin: image)
    try await command.finish(timeout: .seconds(60)).succeeded()
  }

  /// The control groups of the containers in this host, in every hierarchy. Found by their processes, because the
  /// engine may have ended.
  func controlGroups() async -> [String] {
    let script = """
      cat /proc/[0-9]*/cgroup 2>/dev/null | cut -d: -f3 | grep -E '[0-9a-f]{64}' | sort -u | while read -r path; do
        for top in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -d "$top$path" ] && echo "$top$path"; done
      done
      """
    return (try? await shell(script))?.lines ?? []
  }
}

/// The engine ended unexpectedly.
struct EngineDied: Error, CustomStringConvertible {
  let log: String

  var description: String { "causewayd ended:\n\(log)" }
}

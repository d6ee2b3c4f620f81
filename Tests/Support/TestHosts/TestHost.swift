import Glibc
package import Kernel
import Synchronization

/// A throwaway host: network, mount and process namespaces of its own, and beside it the outside world.
///
/// ```
///   outside ── 192.0.2.0/24, 2001:db8::/64 ── eth0 host eth1 ── 198.51.100.0/24, 2001:db8:1::/64 ── neighbour
/// ```
///
/// The host's default route leads outside, but the outside has no route to what is behind the host. The neighbour has:
/// its default route is the host. The first process of the host's process namespace waits for the end of a pipe that
/// only this test process holds: however the tests end, the kernel then kills everything that ran in the host, and
/// frees its mounts and links.
package final class TestHost: Sendable {
  /// Where a command runs.
  package enum Place: Sendable {
    case host
    case outside
    case neighbour
    /// In the network namespace of a container, with the host's files.
    case container(String)
    /// In the network namespace of a process, by its pid in the host. Works without the engine.
    case process(Int32)
  }

  package static let address = "192.0.2.1"
  package static let address6 = "2001:db8::1"
  package static let outsideAddress = "192.0.2.2"
  package static let outsideAddress6 = "2001:db8::2"
  package static let neighbourAddress = "198.51.100.2"
  package static let neighbourAddress6 = "2001:db8:1::2"

  /// For state, sockets and logs; deleted with the host.
  package let folder: String
  private let holders: Holders
  let engineSlot = Mutex<EngineProcess?>(nil)
  private let background = Mutex<[Command]>([])

  private struct Holders: Sendable {
    let host: Holder
    let outside: Holder
    let neighbour: Holder
  }

  private init(folder: String, holders: Holders) {
    self.folder = folder
    self.holders = holders
  }

  /// Creates a host. Needs root.
  package static func make() async throws -> TestHost {
    guard geteuid() == 0 else { throw NeedsRoot() }
    var template = Array("/tmp/cwh-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemCallError(errno: errno, call: "mkdtemp", subject: "/tmp") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      let holders = Holders(
        host: try await Holder.start(folder: folder, script: Self.hostScript),
        outside: try await Holder.start(folder: folder, script: Self.bareScript),
        neighbour: try await Holder.start(folder: folder, script: Self.bareScript))
      let host = TestHost(folder: folder, holders: holders)
      do {
        try await host.connectWires()
      } catch {
        await host.close()
        throw error
      }
      return host
    } catch {
      _ = try? await Tool("rm").run(["-rf", "--one-file-system", folder])
      throw error
    }
  }

  /// Ends everything in the host and deletes it. May be called twice.
  package func close() async {
    let engine = engineSlot.withLock { $0.take() }
    let commands = background.withLock { commands in
      defer { commands = [] }
      return commands
    }
    let controlGroups = await self.controlGroups()
    for group in controlGroups { Self.unfreeze(group) }
    for command in commands { command.kill() }
    await holders.host.end()
    await holders.outside.end()
    await holders.neighbour.end()
    for command in commands { _ = try? await command.finish(timeout: .seconds(5)) }
    await engine?.reap()
    if let engine { Self.recordRoutes(engine) }
    // Their processes ended with the PID namespace, but a killed engine could not remove the groups.
    for group in controlGroups.sorted(by: { $0.utf8.count > $1.utf8.count }) {
      // The kernel may still be releasing the last process.
      for _ in 0..<20 where rmdir(group) != 0 && errno == EBUSY { try? await Task.sleep(for: .milliseconds(5)) }
    }
    _ = try? await Tool("rm").run(["-rf", "--one-file-system", folder])
  }

  /// Frozen processes of a paused container cannot be killed.
  private static func unfreeze(_ group: String) {
    try? writeExistingFile("\(group)/freezer.state", "THAWED")
    try? writeExistingFile("\(group)/cgroup.freeze", "0")
  }

  /// The pid of the first process of a place, as seen by this test process; for a container, the host's.
  func holderPID(of place: Place) -> Int32 {
    switch place {
    case .host, .container, .process: holders.host.pid
    case .outside: holders.outside.pid
    case .neighbour: holders.neighbour.pid
    }
  }

  /// The network namespace of a place.
  package func namespace(of place: Place = .host) async throws -> NetworkNamespace {
    guard let process = try await process(in: place) else {
      return try NetworkNamespace(path: "/proc/\(holderPID(of: place))/ns/net")
    }
    // The host's own /proc, reached through the root of its first process.
    return try NetworkNamespace(path: "/proc/\(holders.host.pid)/root/proc/\(process)/ns/net")
  }

  private func process(in place: Place) async throws -> Int32? {
    switch place {
    case .host, .outside, .neighbour: nil
    case .container(let name): try await processID(of: name)
    case .process(let number): number
    }
  }

  /// The command prefix that enters a place.
  func entry(to place: Place) async throws -> [String] {
    let entry = ["nsenter", "-t", "\(holderPID(of: place))", "-n", "-m", "-p", "--"]
    guard let process = try await process(in: place) else { return entry }
    return entry + ["nsenter", "-t", "\(process)", "-n", "--"]
  }

  /// Runs a command to its end. A non-zero status is not an error; see ``CommandOutput/succeeded()``.
  ///
  /// - Parameters:
  ///   - environment: variables to add to the host's own.
  ///   - stdin: `nil` is `/dev/null`.
  package func run(
    _ arguments: [String], in place: Place = .host, environment: [String: String] = [:], stdin: String? = nil,
    timeout: Duration = .seconds(60)
  ) async throws -> CommandOutput {
    let command = try await launch(arguments, in: place, environment: environment, stdin: stdin.map { Array($0.utf8) })
    return try await command.finish(timeout: timeout)
  }

  /// Runs a shell script, with `docker` and `causeway` configured for the engine.
  package func shell(
    _ script: String, in place: Place = .host, stdin: String? = nil, timeout: Duration = .seconds(60)
  ) async throws -> CommandOutput {
    let result = try await run(["bash", "-c", script], in: place, stdin: stdin, timeout: timeout)
    return CommandOutput(arguments: [script], status: result.status, stdout: result.stdout, stderr: result.stderr)
  }

  /// Starts a command. It is killed with the host at the latest.
  package func start(_ arguments: [String], in place: Place = .host) async throws -> BackgroundCommand {
    let command = try await launch(arguments, in: place, environment: [:], stdin: nil)
    background.withLock { $0.append(command) }
    return BackgroundCommand(command: command)
  }

  func launch(_ arguments: [String], in place: Place, environment: [String: String], stdin: [UInt8]?) async throws
    -> Command
  {
    var variables = [
      "PATH": "\(Binaries.folder):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME": folder, "LANG": "C.UTF-8", "TERM": "xterm",
      "DOCKER_HOST": "unix://\(socketPath)", "DOCKER_CONFIG": "\(folder)/docker-config",
    ]
    variables.merge(environment) { $1 }
    return try Command(
      try await entry(to: place) + arguments, shown: arguments,
      environment: variables.map { "\($0)=\($1)" }, stdin: stdin)
  }
}

/// A command that runs while the test continues.
package struct BackgroundCommand: Sendable {
  let command: Command

  /// Its standard output so far.
  package var output: String { command.output }
  package var errors: String { command.errors }

  package func kill(_ signal: Int32 = SIGKILL) { command.kill(signal) }
}

package struct NeedsRoot: Error, CustomStringConvertible {
  package init() {}

  package var description: String { "this test makes namespaces and mounts: run it as root" }
}

import Addressing
import DataPlane
import Glibc
import Kernel
import NameService
import Synchronization
import TestHosts
import Testing

/// A namespace that acts as the host, running the data plane program, and namespaces of sandboxes.
final class DataPlaneHost: Sendable {
  let folder: String
  let sandboxes: SandboxDirectory
  let configuration: DataPlaneConfiguration
  let client: DataPlaneClient
  private let process = Mutex<ChildProcess?>(nil)

  static var program: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0
      }
    }
    let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    let folder =
      getenv("CAUSEWAY_BINARIES").map { String(cString: $0) }
      ?? path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    return "\(folder)/causeway-dataplane"
  }

  private init(folder: String) throws {
    self.folder = folder
    sandboxes = SandboxDirectory("\(folder)/netns")
    configuration = DataPlaneConfiguration(
      stateFolder: "\(folder)/state", socketPath: "\(folder)/socket", pidfilePath: "\(folder)/pid")
    client = try DataPlaneClient(socketPath: configuration.socketPath, timeout: .seconds(5))
  }

  /// Creates a host with the program running, and ends it afterwards.
  static func with<T>(_ body: (DataPlaneHost) async throws -> T) async throws -> T {
    guard geteuid() == 0 else { throw NeedsRoot() }
    return try await withScratchFolder { folder in
      let host = try DataPlaneHost(folder: folder)
      _ = try await host.makeNamespace("host")
      try host.start()
      let result: Result<T, any Error>
      do {
        result = .success(try await body(host))
      } catch {
        result = .failure(error)
      }
      // A crash of the program fails the test, even if nothing else noticed it.
      if let pid = host.processID, kill(pid, 0) != 0 || host.log.contains("Fatal") || host.log.contains("rash") {
        Issue.record("the program did not live: \(host.log)")
      }
      try await host.end(SIGKILL)
      if case .failure = result { print(host.log) }
      return try result.get()
    }
  }

  func start() throws {
    let log = try OwnedDescriptor(path: "\(folder)/log", flags: O_WRONLY | O_CREAT | O_APPEND)
    let child = try ChildProcess(
      ChildProcess.Specification(
        path: try Tool("nsenter").path,
        arguments: [
          "nsenter", "--net=\(sandboxes.file("host"))", Self.program, "--state", configuration.stateFolder, "--socket",
          configuration.socketPath, "--pidfile", configuration.pidfilePath,
        ], descriptors: [1: log.number, 2: log.number], newSession: true))
    process.withLock { $0 = child }
  }

  /// Ends the program with a signal and waits for it.
  @discardableResult
  func end(_ signal: Int32) async throws -> Kernel.ExitStatus? {
    guard let child = process.withLock({ $0.take() }) else { return nil }
    try child.signal(signal)
    return try await child.exit()
  }

  var log: String { (try? readFile("\(folder)/log")) ?? "" }
  var processID: Int32? { process.withLock { $0?.pid } }

  func makeNamespace(_ name: String) async throws -> NetworkNamespace {
    let sandboxes = sandboxes
    return try await onDedicatedThread("test") { try sandboxes.create(name) }
  }

  func namespace(_ name: String) throws -> NetworkNamespace { try sandboxes.open(name) }

  /// Creates sandboxes on the network `front`, with addresses from 172.30.0.2 on.
  func open(
    _ names: [String], upstreams: [Upstream] = [], isInternal: Bool = false
  ) async throws {
    for name in names { _ = try await makeNamespace(name) }
    try await client.apply(
      names.enumerated().flatMap { index, name in
        [
          .openSandbox(record(name, upstreams: upstreams, isInternal: isInternal)),
          .setEndpoint(Self.endpoint(name, .v4(IPv4Address(172, 30, 0, UInt8(2 + index))))),
        ]
      })
  }

  func record(_ name: String, upstreams: [Upstream] = [], isInternal: Bool = false) -> SandboxRecord {
    SandboxRecord(
      id: name, namespacePath: sandboxes.file(name), port: 10053, upstreams: upstreams, isInternal: isInternal,
      extraHosts: [HostRecord(name: "host.docker.internal", addresses: [.v4(IPv4Address(172, 30, 0, 1))])])
  }

  static func endpoint(_ name: String, _ address: IPAddress, network: String = "front") -> NameRecord {
    NameRecord(
      id: "\(name)@\(network)", sandbox: name, network: "id-\(network)", networkName: network, names: [name, "all"],
      addresses: [address])
  }

  /// Runs a tool inside a namespace and returns its output.
  func tool(_ name: String, _ arguments: [String], in namespace: String) async throws -> String {
    let output = try await Tool("nsenter").run(["--net=\(sandboxes.file(namespace))", name] + arguments)
    return try output.requireSuccess("\(name) \(arguments)").stdoutText
  }

  /// Connects a namespace to the host's with a veth pair. The addresses include their prefix length.
  func wire(_ name: String, host: String, peer: String) async throws {
    let link = "to-\(name)".prefix(15)
    let script = """
      set -e
      ip link add \(link) type veth peer name eth0 netns \(sandboxes.file(name))
      ip addr add \(host) dev \(link); ip link set \(link) up
      nsenter --net=\(sandboxes.file(name)) sh -c 'ip addr add \(peer) dev eth0; ip link set eth0 up'
      """
    let output = try await Tool("nsenter").run(
      ["--net=\(sandboxes.file("host"))", "sh", "-c", script])
    _ = try output.requireSuccess("wire \(name)")
  }
}

import Addressing
import EngineModel
import Glibc
import Kernel
import Synchronization
import Testing

@testable import Runtime

/// A runtime with its own exec-root, and functions to create containers.
final class RuntimeBench: Sendable {
  let fixture: RootfsFixture
  let runtime: ContainerRuntime
  let host: HostFacts
  private let ends = Mutex<[String: ContainerExit]>([:])

  struct Run: Sendable {
    var id: String
    var stdout: String
    var stderr: String
    var exit: ContainerExit?
  }

  init() throws {
    fixture = try RootfsFixture()
    runtime = try ContainerRuntime(root: fixture.execRoot)
    host = try HostFacts.read()
  }

  var logPath: String { "\(fixture.folder)/log" }

  func container(_ arguments: [String], stdio: StandardStreams = StandardStreams()) -> Container {
    var container = Container(
      id: .random(), name: "test", created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
      host: HostConfiguration(), imageID: "sha256:none", arguments: arguments)
    container.configuration.tty = stdio.terminal
    container.configuration.openStdin = stdio.stdin != .none
    container.host.networkMode = .none
    return container
  }

  func create(
    _ arguments: [String], stdio: StandardStreams = StandardStreams(),
    change: (inout Container) -> Void = { _ in }
  ) async throws -> String {
    var container = container(arguments, stdio: stdio)
    change(&container)
    let request = try await SpecificationRequest(
      container: container, rootfs: fixture.rootfs, network: .new
    ).prepared()
    let built = try OCISpecification.build(request, host: host)
    _ = try await runtime.create(
      container.id.rawValue, specification: built.specification, stdio: stdio, logPath: logPath)
    return container.id.rawValue
  }

  func run(_ arguments: [String], change: (inout Container) -> Void = { _ in }) async throws -> Run {
    let id = try await create(arguments, change: change)
    let io = try runtime.attach(id)
    try await runtime.start(id)
    let (stdout, stderr) = try await Self.text(io)
    return Run(id: id, stdout: stdout, stderr: stderr, exit: await exit(of: id))
  }

  static func text(_ io: AttachedIO) async throws -> (stdout: String, stderr: String) {
    var (out, err): ([UInt8], [UInt8]) = ([], [])
    for try await chunk in io {
      if chunk.stream == .stdout { out += chunk.bytes } else { err += chunk.bytes }
    }
    return (String(decoding: out, as: UTF8.self), String(decoding: err, as: UTF8.self))
  }

  /// Reads exits until that of one container. For one test at a time.
  func exit(of id: String) async -> ContainerExit? {
    if let known = ends.withLock({ $0[id] }) { return known }
    for await end in runtime.exits {
      ends.withLock { $0[end.id] = end }
      if end.id == id { return end }
    }
    return nil
  }
}

import EngineModel
import Glibc
import Kernel
import Testing

@testable import Runtime

@Suite(.serialized) struct LifeTests {
  let fixture: RootfsFixture
  let runtime: ContainerRuntime

  init() throws {
    fixture = try RootfsFixture()
    runtime = try ContainerRuntime(root: fixture.execRoot)
  }

  func specification(_ arguments: [String], terminal: Bool = false) throws -> OCISpecification {
    var process = OCISpecification.Process(args: arguments)
    process.env = ["PATH=/bin"]
    process.terminal = terminal
    var specification = OCISpecification(process: process, root: .init(path: fixture.rootfs))
    specification.linux.namespaces = [.init(.pid), .init(.network), .init(.ipc), .init(.uts), .init(.mount)]
    specification.mounts = [
      .init(destination: "/proc", type: "proc", source: "proc"),
      .init(destination: "/dev", type: "tmpfs", source: "tmpfs"),
      .init(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
    ]
    return specification
  }

  @Test func runsToItsEndAndTellsTheCode() async throws {
    let id = ContainerID.random().rawValue
    var spec = try specification(["sh", "-c", "echo out; echo err >&2; exit 3"])
    spec.linux.cgroupsPath = "/causeway-test/\(id)"
    let pid = try await runtime.create(
      id, specification: try spec.json(), stdio: StandardStreams(), logPath: "\(fixture.folder)/log")
    #expect(pid > 0)
    let io = try runtime.attach(id)
    try await runtime.start(id)
    var out: [UInt8] = []
    var err: [UInt8] = []
    for try await chunk in io {
      if chunk.stream == .stdout { out += chunk.bytes } else { err += chunk.bytes }
    }
    #expect(String(decoding: out, as: UTF8.self) == "out\n")
    #expect(String(decoding: err, as: UTF8.self) == "err\n")
    var exits = runtime.exits.makeAsyncIterator()
    #expect(await exits.next() == ContainerExit(id: id, code: 3))
    try await runtime.delete(id)
    #expect(!SmallFile.exists(runtime.layout.bundle(id).path))
  }
}

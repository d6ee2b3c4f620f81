import EngineModel
import Glibc
import Kernel
import Testing

@testable import Runtime

/// Real busybox containers. They need root.
@Suite struct LifecycleTests {
  let bench: RuntimeBench

  init() throws { bench = try RuntimeBench() }

  @Test func runsToItsEndAndTellsTheCode() async throws {
    let run = try await bench.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    #expect(run.stdout == "out\n")
    #expect(run.stderr == "err\n")
    #expect(run.exit == ContainerExit(id: run.id, code: 3))
    try await bench.runtime.delete(run.id)
    #expect(!SmallFile.exists(bench.runtime.layout.bundle(run.id).path))
    #expect(!SmallFile.exists("\(bench.runtime.layout.runtimeState)/\(run.id)"))
    for path in ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids", "/sys/fs/cgroup"] {
      #expect(!SmallFile.exists("\(path)/causeway/\(run.id)"))
    }
    // A second deletion succeeds.
    try await bench.runtime.delete(run.id)
  }

  @Test func inputIsEchoedAndClosed() async throws {
    let id = try await bench.create(["cat"], stdio: StandardStreams(stdin: .untilFirstDetach))
    let watcher = try bench.runtime.attach(id)
    let io = try bench.runtime.attach(id, stdin: true)
    try await bench.runtime.start(id)
    // Closing an output-only attachment leaves the input open.
    watcher.close()
    try await io.write(Array("hello\n".utf8))
    let first = try await io.next()
    #expect(first == OutputChunk(stream: .stdout, bytes: Array("hello\n".utf8)))
    io.closeStdin()
    #expect(try await io.next() == nil)
    #expect(await bench.exit(of: id)?.code == 0)
    try await bench.runtime.delete(id)
  }

  @Test func openInputOutlivesAnAttachment() async throws {
    let id = try await bench.create(["cat"], stdio: StandardStreams(stdin: .open))
    try await bench.runtime.start(id)
    let first = try bench.runtime.attach(id, stdin: true)
    try await first.write(Array("a".utf8))
    #expect(try await first.next()?.bytes == Array("a".utf8))
    first.close()
    let second = try bench.runtime.attach(id, stdin: true)
    try await second.write(Array("b".utf8))
    #expect(try await second.next()?.bytes == Array("b".utf8))
    try await bench.runtime.delete(id, force: true)
    #expect(await bench.exit(of: id)?.code == 137)
  }

  @Test func tenMegabytesGoThroughWhole() async throws {
    let size = 10 << 20
    let id = try await bench.create(["cat"], stdio: StandardStreams(stdin: .untilFirstDetach))
    let io = try bench.runtime.attach(id, stdin: true)
    try await bench.runtime.start(id)
    let input = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    async let output: [UInt8] = {
      var bytes: [UInt8] = []
      for try await chunk in io { bytes += chunk.bytes }
      return bytes
    }()
    try await io.write(input)
    io.closeStdin()
    #expect(try await output == input)
    #expect(await bench.exit(of: id)?.code == 0)
    try await bench.runtime.delete(id)
  }

  @Test func slowReaderLosesNothing() async throws {
    let id = try await bench.create(["seq", "1", "200000"])
    let (one, two) = (try bench.runtime.attach(id), try bench.runtime.attach(id))
    try await bench.runtime.start(id)
    // Without a reader the process must wait; conmon must not drop output.
    try await Task.sleep(for: .milliseconds(300))
    async let first = RuntimeBench.text(one)
    async let second = RuntimeBench.text(two)
    let expected = (1...200_000).map { "\($0)\n" }.joined()
    let texts = [try await first.stdout, try await second.stdout]
    for text in texts {
      #expect(text.utf8.count == expected.utf8.count)
      #expect(text == expected)
    }
    #expect(await bench.exit(of: id)?.code == 0)
    try await bench.runtime.delete(id)
  }

  @Test func terminalHasASizeAndEchoes() async throws {
    let script = "stty size; tty; read x; stty size; exit 5"
    let id = try await bench.create(["sh", "-c", script], stdio: StandardStreams(stdin: .open, terminal: true)) {
      $0.host.consoleHeight = 33
      $0.host.consoleWidth = 111
    }
    let io = try bench.runtime.attach(id, stdin: true)
    try await bench.runtime.start(id)
    var seen = ""
    while !seen.contains("/dev/") { seen += String(decoding: try await io.next()?.bytes ?? [], as: UTF8.self) }
    #expect(seen.contains("33 111\r\n"))
    try bench.runtime.resize(id, height: 44, width: 122)
    try await Task.sleep(for: .milliseconds(100))
    try await io.write(Array("x\n".utf8))
    while let chunk = try await io.next() { seen += String(decoding: chunk.bytes, as: UTF8.self) }
    #expect(seen.contains("44 122\r\n"))
    #expect(await bench.exit(of: id)?.code == 5)
    try await bench.runtime.delete(id)
  }

  @Test func signalsReachTheProcess() async throws {
    let id = try await bench.create(["sh", "-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done"])
    let io = try bench.runtime.attach(id)
    try await bench.runtime.start(id)
    #expect(try await io.next()?.bytes == Array("up\n".utf8))
    let other = try await bench.create(["sleep", "60"])
    try await bench.runtime.start(other)
    try bench.runtime.kill(id, signal: SIGTERM)
    #expect(await bench.exit(of: id)?.code == 7)
    #expect(throws: EngineError.self) { try bench.runtime.kill(id, signal: SIGTERM) }
    // The other container is unaffected.
    #expect(bench.runtime.pid(of: other) != nil)
    await #expect(throws: EngineError.self) { try await bench.runtime.delete(other) }
    try bench.runtime.kill(other, signal: SIGKILL)
    #expect(await bench.exit(of: other)?.code == 137)
    try await bench.runtime.delete(id)
    try await bench.runtime.delete(other)
  }

  @Test func pausedContainersCanBeKilled() async throws {
    let id = try await bench.create(["sleep", "60"])
    try await bench.runtime.start(id)
    try await bench.runtime.pause(id)
    let found = await (try ContainerRuntime(root: bench.fixture.execRoot)).recover()
    #expect(found.first { $0.id == id }?.phase == bench.runtime.pid(of: id).map { .paused(pid: $0) })
    try await bench.runtime.resume(id)
    try await bench.runtime.pause(id)
    try bench.runtime.kill(id, signal: SIGKILL)
    #expect(await bench.exit(of: id)?.code == 137)
    try await bench.runtime.delete(id)
  }

  @Test(arguments: [
    ("nothing-here", "exec: \"nothing-here\": executable file not found in $PATH", Int32(127)),
    ("/etc/passwd", "permission denied", Int32(126)),
    ("/no/such", "no such file or directory", Int32(127)),
  ])
  func failuresAreInDockersWords(program: String, words: String, code: Int32) async throws {
    let error = await #expect(throws: EngineError.self) { _ = try await bench.create([program]) }
    let message = error?.message ?? ""
    #expect(
      message.hasPrefix("failed to create task for container: failed to create shim task: OCI runtime create failed: "))
    #expect(message.hasSuffix(": unknown"))
    #expect(message.contains(words), "\(message)")
    #expect(error.map(ContainerRuntime.exitCode) == code)
    // Nothing remains.
    #expect(SmallFile.names(in: bench.runtime.layout.containers).isEmpty)
    #expect(SmallFile.names(in: bench.runtime.layout.runtimeState).isEmpty)
  }

  @Test func createdButNeverStartedIsDeleted() async throws {
    let id = try await bench.create(["true"])
    try await bench.runtime.delete(id, force: true)
    #expect(SmallFile.names(in: bench.runtime.layout.containers).isEmpty)
    await #expect(throws: EngineError.self) { try await bench.runtime.start(id) }
  }

  @Test func outOfMemoryIsTold() async throws {
    let run = try await bench.run(["dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"]) {
      $0.host.resources.memory = 16 << 20
      $0.host.resources.memorySwap = 16 << 20
    }
    #expect(run.exit == ContainerExit(id: run.id, code: 137, wasOutOfMemory: true))
    try await bench.runtime.delete(run.id)
  }
}

import EngineModel
import Glibc
import Kernel
import Testing

@testable import Runtime

/// What a new instance finds after the engine was killed.
@Suite struct RecoveryTests {
  let bench: RuntimeBench

  init() throws { bench = try RuntimeBench() }

  @Test func findsWhatLivesAndWhatEnded() async throws {
    let ended = try await bench.create(["sh", "-c", "exit 6"])
    let running = try await bench.create(["sh", "-c", "until [ -e /go ]; do sleep 0.05; done; exit 8"])
    let created = try await bench.create(["true"])
    try await bench.runtime.start(ended)
    #expect(await bench.exit(of: ended)?.code == 6)
    try await bench.runtime.start(running)

    let fresh = try ContainerRuntime(root: bench.fixture.execRoot)
    let found = Dictionary(uniqueKeysWithValues: await fresh.recover().map { ($0.id, $0.phase) })
    #expect(found[ended] == .exited(ContainerExit(id: ended, code: 6)))
    #expect(found[running] == bench.runtime.pid(of: running).map { .running(pid: $0) })
    #expect(found[created] == bench.runtime.pid(of: created).map { .created(pid: $0) })
    var exits = fresh.exits.makeAsyncIterator()
    #expect(await exits.next() == ContainerExit(id: ended, code: 6))
    let go = "\(bench.fixture.rootfs)/go"
    #expect(mkdir(go, 0o755) == 0, "\(go)")
    #expect(await exits.next() == ContainerExit(id: running, code: 8))
    // The new instance can start a created container and gets its output.
    let io = try fresh.attach(created)
    try await fresh.start(created)
    #expect(await exits.next() == ContainerExit(id: created, code: 0))
    #expect(try await io.next() == nil)
    for id in [ended, running, created] { try await fresh.delete(id) }
    #expect(await fresh.recover().isEmpty)
  }

  @Test func aKilledMonitorIsNoticed() async throws {
    let id = try await bench.create(["sleep", "60"])
    try await bench.runtime.start(id)
    let monitor = try #require(SmallFile.number(bench.runtime.layout.bundle(id).monitorPid))
    kill(monitor, SIGKILL)
    try await Task.sleep(for: .milliseconds(100))
    #expect(bench.runtime.pid(of: id) != nil)
    try bench.runtime.kill(id, signal: SIGKILL)
    #expect(await bench.exit(of: id) == ContainerExit(id: id, code: 255, isCodeLost: true))
    try await bench.runtime.delete(id)
  }

  @Test func halfMadeContainersAreTakenAway() async throws {
    // The engine was killed before conmon's first report: only a folder exists.
    let bundle = bench.runtime.layout.bundle("half")
    try makeDirectories(bundle.exitFolder, mode: 0o700)
    let found = await bench.runtime.recover()
    #expect(found == [RecoveredContainer(id: "half", phase: .incomplete)])
    try await bench.runtime.delete("half", force: true)
    #expect(await bench.runtime.recover().isEmpty)
  }
}

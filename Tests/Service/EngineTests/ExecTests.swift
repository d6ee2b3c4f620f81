import Coordination
import EngineModel
import Testing

@testable import Engine

@Suite struct ExecRegistryTests {
  private let box = ContainerID.random()
  private let now = ContinuousClock.Instant.now

  private func later(_ seconds: Int) -> ContinuousClock.Instant { now + .seconds(seconds) }

  @Test func anEndedExecExpires() throws {
    var registry = ExecRegistry()
    let id = registry.create(in: box, ExecRequest(command: ["true"]), now: now)
    _ = try registry.beginStart(id, consoleHeight: 0, consoleWidth: 0)
    registry.didStart(id, pid: 7)
    #expect(registry.running(in: box) == [id])
    #expect(registry.didEnd(id, exitCode: 3, now: now) == box)
    #expect(try registry.view(id, now: later(299)).exitCode == 3 && registry.running(in: box).isEmpty)
    #expect(throws: EngineError.self) { try registry.view(id, now: later(300)) }
    _ = registry.create(in: box, ExecRequest(command: ["true"]), now: later(300))
    #expect(registry.count == 1)
  }

  @Test func anExecThatFailedToStartExpires() throws {
    var registry = ExecRegistry()
    let id = registry.create(in: box, ExecRequest(command: ["x"]), now: now)
    _ = try registry.beginStart(id, consoleHeight: 0, consoleWidth: 0)
    registry.didFailToStart(id, exitCode: 127, now: now)
    let exec = try registry.view(id, now: later(1))
    #expect(exec.exitCode == 127 && !exec.isRunning && exec.hasStarted)
    #expect(throws: EngineError.self) { try registry.view(id, now: later(300)) }
  }

  @Test func anExecThatNeverStartedExpiresAfterItsContainersEnd() throws {
    var registry = ExecRegistry()
    let id = registry.create(in: box, ExecRequest(command: ["x"]), now: now)
    #expect(try registry.view(id, now: later(86_400)).id == id)
    registry.containerDidExit(.random(), now: now)
    #expect(try registry.view(id, now: later(86_400)).id == id)
    registry.containerDidExit(box, now: now)
    #expect(throws: EngineError.self) { try registry.view(id, now: later(300)) }
  }

  @Test func removingTheContainerRemovesItsExecs() async throws {
    var registry = ExecRegistry()
    let id = registry.create(in: box, ExecRequest(command: ["x"]))
    _ = try registry.beginStart(id, consoleHeight: 0, consoleWidth: 0)
    let end = try #require(registry.end(of: id))
    registry.removeAll(of: box)
    await end.value()
    let owner = registry.didEnd(id, exitCode: 0)
    #expect(registry.count == 0 && owner == nil)
  }

  @Test func anExecStartsOnce() throws {
    var registry = ExecRegistry()
    let id = registry.create(in: box, ExecRequest(command: ["x"]))
    let exec = try registry.beginStart(id, consoleHeight: 24, consoleWidth: 80)
    #expect(exec.request.consoleHeight == 24 && exec.request.consoleWidth == 80)
    let error = #expect(throws: EngineError.self) { try registry.beginStart(id, consoleHeight: 0, consoleWidth: 0) }
    #expect(error?.code == .conflict)
  }
}

@Suite struct ExecTests {
  @Test func execsOfARunningContainer() async throws {
    try await Rig.with { rig in
      let box = try await rig.engine.createContainer(try rig.request("box")).id
      try await rig.engine.startContainer("box")
      let id = try await rig.engine.createExec("box", ExecRequest(command: ["sleep", "1"]))
      _ = try await rig.engine.startExec(id, detach: true)
      #expect(try await rig.engine.container("box").execs == [id])
      try #require(rig.runtime.execs.first).succeed(5)
      await rig.engine.waitForExec(id)
      #expect(try await rig.engine.exec(id).exitCode == 5)
      rig.runtime.failNextExec()
      let failing = try await rig.engine.createExec("box", ExecRequest(command: ["x"]))
      await expectError(.invalidParameter, containing: "not found") {
        _ = try await rig.engine.startExec(failing, detach: true)
      }
      #expect(try await rig.engine.exec(failing).exitCode == 127)
      try await rig.engine.removeContainer(box.rawValue, force: true)
      await expectError(.notFound) { _ = try await rig.engine.exec(failing) }
    }
  }

  @Test func aProbeThatTakesTooLongIsKilled() async throws {
    try await Rig.with { rig in
      var request = try rig.request("box")
      var check = Healthcheck()
      check.test = ["CMD", "probe"]
      check.interval = 1_000_000
      check.timeout = 10_000_000
      check.retries = 1
      request.configuration.healthcheck = check
      _ = try await rig.engine.createContainer(request)
      try await rig.engine.startContainer("box")
      try await eventually { try await rig.engine.container("box").container.state.health?.status == .unhealthy }
      #expect(await rig.runtime.execs.first?.value(within: .seconds(1)) == 137)
      let health = try await rig.engine.container("box").container.state.health
      #expect(health?.log.first?.output.hasPrefix("Health check exceeded timeout (10ms)") == true)
      #expect(health?.log.first?.exitCode == -1)
    }
  }
}

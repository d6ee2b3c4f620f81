import EngineModel
import Kernel
import Testing

@testable import Engine

/// What an answer promises about the answers, events, streams and waits after it.
@Suite struct AnswerOrderTests {
  private func running(
    _ rig: Rig, autoRemove: Bool = false, restart: RestartPolicy = RestartPolicy()
  ) async throws -> ContainerID {
    let id = try await rig.engine.createContainer(
      try rig.request("box", autoRemove: autoRemove, restart: restart)
    ).id
    try await rig.engine.startContainer("box")
    return id
  }

  private func status(_ rig: Rig) async throws -> ContainerState.Status {
    try await rig.engine.container("box").container.state.status
  }

  @Test func aKillAnswersWhenTheEndIsRecorded() async throws {
    try await Rig.with { rig in
      let id = try await running(rig)
      for _ in 0..<20 {
        try await rig.engine.killContainer("box")
        #expect(try await status(rig) == .exited)
        #expect(rig.runtime.released.contains(id))
        try await rig.engine.startContainer("box")
        #expect(try await status(rig) == .running)
      }
      try await rig.engine.killContainer("box")
      try await rig.engine.removeContainer("box")
    }
  }

  /// The event of a signal comes before the one of the end, and the answer after both.
  @Test(arguments: ["kill", "stop", "restart", "remove"]) func eventsOfAnEnd(verb: String) async throws {
    try await Rig.with { rig in
      for _ in 0..<10 {
        let id = try await running(rig)
        let since = Timestamp.now
        switch verb {
        case "kill": try await rig.engine.killContainer("box")
        case "stop": try await rig.engine.stopContainer("box")
        case "restart": try await rig.engine.restartContainer("box")
        default: try await rig.engine.removeContainer("box", force: true)
        }
        let until = Timestamp.now
        var actions: [String] = []
        for await event in try await rig.engine.events(since: since, until: until) where event.actorID == id.rawValue {
          actions.append(event.action)
        }
        let more = ["kill": [], "stop": ["stop"], "restart": ["stop", "start", "restart"], "remove": ["destroy"]]
        #expect(actions == ["kill", "die"] + (more[verb] ?? []))
        if verb != "remove" { try await rig.engine.removeContainer("box", force: true) }
      }
    }
  }

  @Test func aRestartKeepsAContainerThatIsRemovedAtItsEnd() async throws {
    try await Rig.with { rig in
      let id = try await running(rig, autoRemove: true)
      try await rig.engine.restartContainer("box")
      #expect(try await status(rig) == .running)
      // The next end removes it.
      rig.runtime.end(id, code: 0)
      try await eventually { (try? await rig.engine.container("box")) == nil }
    }
  }

  @Test(arguments: [WaitCondition.notRunning, .nextExit]) func aWaitEndsWithEachRun(condition: WaitCondition)
    async throws
  {
    try await Rig.with { rig in
      let id = try await running(rig, restart: RestartPolicy(name: .always))
      let wait = try await rig.engine.wait("box", condition: condition)
      rig.runtime.end(id, code: 3)
      #expect(try await wait.result() == WaitResult(exitCode: 3))
      try await eventually { try await status(rig) == .running }
      try await rig.engine.removeContainer("box", force: true)
    }
  }

  /// The client of a start that fails has its error as the answer; a wait would repeat it.
  @Test func aStartThatFailsIsNoExit() async throws {
    try await Rig.with { rig in
      let id = try await rig.engine.createContainer(try rig.request("box")).id
      let wait = try await rig.engine.wait("box", condition: .nextExit)
      rig.runtime.failNext(EngineError(.system, "cannot create"))
      await expectError(.system) { try await rig.engine.startContainer("box") }
      try await rig.engine.startContainer("box")
      rig.runtime.end(id, code: 4)
      #expect(try await wait.result() == WaitResult(exitCode: 4))
    }
  }

  @Test(arguments: [false, true]) func anAttachmentEndsWhenTheEndIsRecorded(early: Bool) async throws {
    try await Rig.with { rig in
      let id = try await rig.engine.createContainer(try rig.request("box")).id
      if !early { try await rig.engine.startContainer("box") }
      let streams = try await rig.engine.attach("box", AttachRequest())
      if early { try await rig.engine.startContainer("box") }
      // The output of the fake runtime ends at once.
      async let state = {
        for try await _ in streams.output {}
        return try await rig.engine.container("box").container.state
      }()
      rig.runtime.end(id, code: 5)
      let seen = try await state
      #expect(seen.status == .exited && seen.exitCode == 5)
    }
  }

  @Test func aDetachDoesNotWaitForTheEnd() async throws {
    try await Rig.with { rig in
      _ = try await running(rig)
      let streams = try await rig.engine.attach("box", AttachRequest())
      async let output: Void = { for try await _ in streams.output {} }()
      await streams.detach()
      try await output
      #expect(try await status(rig) == .running)
      try await rig.engine.removeContainer("box", force: true)
    }
  }

  @Test func anAttachmentToAContainerThatDoesNotStartEnds() async throws {
    try await Rig.with { rig in
      _ = try await rig.engine.createContainer(try rig.request("box"))
      let streams = try await rig.engine.attach("box", AttachRequest())
      rig.runtime.failNext(EngineError(.system, "cannot create"))
      await expectError(.system) { try await rig.engine.startContainer("box") }
      for try await _ in streams.output {}
    }
  }
}

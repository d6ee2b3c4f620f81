import EngineModel
import Testing

@testable import Engine

/// A container with its state machine.
private struct Subject {
  var container: Container
  var machine = ContainerStateMachine()

  var state: ContainerState { container.state }

  mutating func beginStart(automatic: Bool = false) throws {
    try machine.beginStart(&container, automatic: automatic)
  }
  mutating func didStart(pid: Int32, at time: Timestamp) { machine.didStart(&container, pid: pid, at: time) }
  mutating func didFailToStart(_ message: String, exitCode: Int32, at time: Timestamp) -> [ContainerStateMachine.Action]
  { machine.didFailToStart(&container, message, exitCode: exitCode, at: time) }
  mutating func didPause() { machine.didPause(&container) }
  mutating func willStop() -> Bool { machine.willStop(&container) }
  mutating func didExit(code: Int32, oomKilled: Bool, at time: Timestamp) -> [ContainerStateMachine.Action] {
    machine.didExit(&container, code: code, oomKilled: oomKilled, at: time)
  }
  mutating func beginRemoval(force: Bool) throws { try machine.beginRemoval(&container, force: force) }
}

@Suite struct ContainerStateMachineTests {
  private func subject(
    _ policy: RestartPolicy = RestartPolicy(), autoRemove: Bool = false, running: Bool = true, since second: Int64 = 0
  ) throws -> Subject {
    var host = HostConfiguration()
    host.restartPolicy = policy
    host.autoRemove = autoRemove
    var box = Subject(
      container: Container(
        id: .random(), name: "x", created: at(0), configuration: ContainerConfiguration(), host: host, imageID: ""))
    if running {
      try box.beginStart()
      box.didStart(pid: 7, at: at(second))
    }
    return box
  }

  private func at(_ second: Int64) -> Timestamp { Timestamp(nanoseconds: second * 1_000_000_000) }

  @Test func runsAndEnds() throws {
    var box = try subject()
    #expect(box.state.status == .running && box.state.pid == 7)
    #expect(box.didExit(code: 3, oomKilled: false, at: at(1)) == [.release])
    #expect(box.state.status == .exited && box.state.exitCode == 3 && box.state.pid == 0)
  }

  @Test func removesItself() throws {
    var box = try subject(autoRemove: true)
    #expect(box.didExit(code: 0, oomKilled: false, at: at(1)) == [.release, .remove])
  }

  @Test func aSecondStartIsNothingNew() throws {
    var box = try subject()
    #expect(#expect(throws: EngineError.self) { try box.beginStart() }?.code == .notModified)
    box.didPause()
    #expect(#expect(throws: EngineError.self) { try box.beginStart() }?.code == .conflict)
  }

  @Test(arguments: [
    (RestartPolicy.Name.no, Int32(1), false), (.always, 0, true), (.unlessStopped, 0, true), (.onFailure, 0, false),
    (.onFailure, 1, true),
  ])
  func policies(_ name: RestartPolicy.Name, _ code: Int32, _ restarts: Bool) throws {
    var box = try subject(RestartPolicy(name: name))
    let actions = box.didExit(code: code, oomKilled: false, at: at(1))
    #expect(actions.contains(.restart(after: .milliseconds(100))) == restarts)
    #expect(box.state.status == (restarts ? .restarting : .exited))
  }

  @Test func nobodyRestartsWhatAPersonStopped() throws {
    var box = try subject(RestartPolicy(name: .always))
    let wasWaiting = box.willStop()
    #expect(!wasWaiting)
    #expect(box.didExit(code: 137, oomKilled: false, at: at(1)) == [.release])
  }

  @Test func waitsLongerEachTimeUpToAMinuteAndForgetsAfterTenSeconds() throws {
    var box = try subject(RestartPolicy(name: .always))
    var delays: [Duration] = []
    for round in 0..<12 {
      let second = Int64(round * 100)
      for case .restart(let delay) in box.didExit(code: 1, oomKilled: false, at: at(second + 1)) {
        delays.append(delay)
      }
      try box.beginStart(automatic: true)
      box.didStart(pid: 9, at: at(second + 100))
    }
    #expect(delays.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
    #expect(delays.last == .seconds(60))
    #expect(box.didExit(code: 1, oomKilled: false, at: at(1200 + 10)).contains(.restart(after: .milliseconds(100))))
  }

  @Test func countsFailuresAgainstTheBound() throws {
    var box = try subject(RestartPolicy(name: .onFailure, maximumRetryCount: 2))
    for _ in 0..<2 {
      #expect(box.didExit(code: 1, oomKilled: false, at: at(1)).count == 2)
      try box.beginStart(automatic: true)
      box.didStart(pid: 9, at: at(0))
    }
    #expect(box.didExit(code: 1, oomKilled: false, at: at(1)) == [.release])
    #expect(box.state.restartCount == 2)
  }

  @Test func aFailedStartLeavesItAsItWas() throws {
    var box = try subject(running: false)
    try box.beginStart()
    #expect(box.didFailToStart("no such program", exitCode: 127, at: at(1)) == [.release])
    #expect(box.state.status == .created && box.state.exitCode == 127 && box.state.error == "no such program")
    try box.beginStart()
  }

  @Test func aFailedRestartWaitsAgain() throws {
    var box = try subject(RestartPolicy(name: .always))
    _ = box.didExit(code: 1, oomKilled: false, at: at(1))
    #expect(box.machine.isReleasing)
    box.machine.didRelease()
    try box.beginStart(automatic: true)
    #expect(box.didFailToStart("no such program", exitCode: 127, at: at(2)) == [.release])
    #expect(box.state.status == .exited)
    #expect(box.machine.didFailToRestart(&box.container, at: at(2)) == [.restart(after: .milliseconds(200))])
    #expect(box.state.status == .restarting && box.state.exitCode == 127 && !box.machine.isReleasing)
  }

  @Test(arguments: [
    (RestartPolicy.Name.no, false, false), (.always, false, true), (.always, true, true), (.unlessStopped, false, true),
    (.unlessStopped, true, false), (.onFailure, false, false),
  ])
  func startsWithTheEngine(_ name: RestartPolicy.Name, _ isStopped: Bool, _ starts: Bool) throws {
    var box = try subject(RestartPolicy(name: name))
    #expect(!ContainerStateMachine.startsWithEngine(try subject(RestartPolicy(name: name), running: false).container))
    if isStopped { _ = box.willStop() }
    box.container.state.status = .exited
    #expect(ContainerStateMachine.startsWithEngine(box.container) == starts)
  }

  @Test func removalNeedsRestOrForce() throws {
    var box = try subject()
    #expect(#expect(throws: EngineError.self) { try box.beginRemoval(force: false) }?.code == .conflict)
    try box.beginRemoval(force: true)
    #expect(#expect(throws: EngineError.self) { try box.beginRemoval(force: true) }?.code == .conflict)
    #expect(box.didExit(code: 137, oomKilled: false, at: at(1)) == [.release])
    #expect(throws: EngineError.self) { try box.beginStart() }
  }

  @Test func stoppingOneThatWaitsToBeRestartedEndsTheWaiting() throws {
    var box = try subject(RestartPolicy(name: .always))
    _ = box.didExit(code: 1, oomKilled: false, at: at(1))
    let wasWaiting = box.willStop()
    #expect(wasWaiting)
    #expect(box.state.status == .exited)
  }

  @Test func healthNeedsAStreakOfFailures() {
    var health = Health()
    let bad = Health.Probe(start: at(0), end: at(1), exitCode: 1, output: "")
    health = health.after(bad, retries: 2, inStartPeriod: true)
    #expect(health.status == .starting && health.failingStreak == 0)
    health = health.after(bad, retries: 2, inStartPeriod: false)
    #expect(health.status == .starting)
    health = health.after(bad, retries: 2, inStartPeriod: false)
    #expect(health.status == .unhealthy)
    health = health.after(
      Health.Probe(start: at(0), end: at(1), exitCode: 0, output: ""), retries: 2, inStartPeriod: false)
    #expect(health.status == .healthy && health.failingStreak == 0)
  }
}

@Suite struct ProbeTests {
  @Test(arguments: [
    (0, "0s"), (5, "5ns"), (1_500, "1.5µs"), (500_000_000, "500ms"), (1_500_000_000, "1.5s"), (30_000_000_000, "30s"),
    (90_000_000_000, "1m30s"), (3_600_000_000_000, "1h0m0s"), (3_600_000_000_001, "1h0m0.000000001s"),
  ])
  func durationsAreWrittenAsGoWritesThem(nanoseconds: Int64, text: String) {
    #expect(Duration.nanoseconds(nanoseconds).goText == text)
  }

  @Test func longOutputIsCut() {
    #expect(ProbeOutput.shown(Array("short".utf8)) == "short")
    #expect(ProbeOutput.shown([UInt8](repeating: 120, count: 4096)).utf8.count == 4096)
    let long = ProbeOutput.shown([UInt8](repeating: 120, count: 5000))
    #expect(long.utf8.count == 4099 && long.hasSuffix("x..."))
  }

  @Test func theStartPeriodCountsFromTheStart() {
    var check = Healthcheck()
    check.startPeriod = 1_000
    var state = ContainerState()
    #expect(!check.isInStartPeriod(state, at: Timestamp(nanoseconds: 0)))
    state.startedAt = Timestamp(nanoseconds: 500)
    #expect(check.isInStartPeriod(state, at: Timestamp(nanoseconds: 1_499)))
    #expect(!check.isInStartPeriod(state, at: Timestamp(nanoseconds: 1_500)))
  }
}

import EngineModel
import Testing

@testable import Engine

@Suite struct ContainerLifeTests {
  private func life(
    _ policy: RestartPolicy = RestartPolicy(), autoRemove: Bool = false, running: Bool = true, since second: Int64 = 0
  ) throws -> ContainerLife {
    var host = HostConfiguration()
    host.restartPolicy = policy
    host.autoRemove = autoRemove
    var life = ContainerLife(
      Container(
        id: .random(), name: "x", created: at(0), configuration: ContainerConfiguration(), host: host, imageID: ""))
    if running {
      try life.beginStart()
      life.didStart(pid: 7, at: at(second))
    }
    return life
  }

  private func at(_ second: Int64) -> Timestamp { Timestamp(nanoseconds: second * 1_000_000_000) }

  @Test func runsAndEnds() throws {
    var life = try life()
    #expect(life.state.status == .running && life.state.pid == 7)
    #expect(life.didExit(code: 3, oomKilled: false, at: at(1)) == [.release])
    #expect(life.state.status == .exited && life.state.exitCode == 3 && life.state.pid == 0)
  }

  @Test func removesItself() throws {
    var life = try life(autoRemove: true)
    #expect(life.didExit(code: 0, oomKilled: false, at: at(1)) == [.release, .remove])
  }

  @Test func aSecondStartIsNothingNew() throws {
    var life = try life()
    #expect(#expect(throws: EngineError.self) { try life.beginStart() }?.code == .notModified)
    life.didPause()
    #expect(#expect(throws: EngineError.self) { try life.beginStart() }?.code == .conflict)
  }

  @Test(arguments: [
    (RestartPolicy.Name.no, Int32(1), false), (.always, 0, true), (.unlessStopped, 0, true), (.onFailure, 0, false),
    (.onFailure, 1, true),
  ])
  func policies(_ name: RestartPolicy.Name, _ code: Int32, _ restarts: Bool) throws {
    var life = try life(RestartPolicy(name: name))
    let actions = life.didExit(code: code, oomKilled: false, at: at(1))
    #expect(actions.contains(.restart(after: .milliseconds(100))) == restarts)
    #expect(life.state.status == (restarts ? .restarting : .exited))
  }

  @Test func nobodyRestartsWhatAPersonStopped() throws {
    var life = try life(RestartPolicy(name: .always))
    let wasWaiting = life.willBeStopped()
    #expect(!wasWaiting)
    #expect(life.didExit(code: 137, oomKilled: false, at: at(1)) == [.release])
  }

  @Test func waitsLongerEachTimeUpToAMinuteAndForgetsAfterTenSeconds() throws {
    var life = try life(RestartPolicy(name: .always))
    var delays: [Duration] = []
    for round in 0..<12 {
      let second = Int64(round * 100)
      for case .restart(let delay) in life.didExit(code: 1, oomKilled: false, at: at(second + 1)) {
        delays.append(delay)
      }
      try life.beginStart(automatic: true)
      life.didStart(pid: 9, at: at(second + 100))
    }
    #expect(delays.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
    #expect(delays.last == .seconds(60))
    #expect(life.didExit(code: 1, oomKilled: false, at: at(1200 + 10)).contains(.restart(after: .milliseconds(100))))
  }

  @Test func countsFailuresAgainstTheBound() throws {
    var life = try life(RestartPolicy(name: .onFailure, maximumRetryCount: 2))
    for _ in 0..<2 {
      #expect(life.didExit(code: 1, oomKilled: false, at: at(1)).count == 2)
      try life.beginStart(automatic: true)
      life.didStart(pid: 9, at: at(0))
    }
    #expect(life.didExit(code: 1, oomKilled: false, at: at(1)) == [.release])
    #expect(life.state.restartCount == 2)
  }

  @Test func aFailedStartLeavesItAsItWas() throws {
    var life = try life(running: false)
    try life.beginStart()
    #expect(life.didFailToStart("no such program", exitCode: 127, at: at(1)) == [.release])
    #expect(life.state.status == .created && life.state.exitCode == 127 && life.state.error == "no such program")
    try life.beginStart()
  }

  @Test func removalNeedsRestOrForce() throws {
    var life = try life()
    let box = Container(
      id: .random(), name: "box", created: at(0), configuration: ContainerConfiguration(), host: HostConfiguration(),
      imageID: "")
    #expect(#expect(throws: EngineError.self) { try life.beginRemoval(of: box, force: false) }?.code == .conflict)
    try life.beginRemoval(of: box, force: true)
    #expect(#expect(throws: EngineError.self) { try life.beginRemoval(of: box, force: true) }?.code == .conflict)
    #expect(life.didExit(code: 137, oomKilled: false, at: at(1)) == [.release])
    #expect(throws: EngineError.self) { try life.beginStart() }
  }

  @Test func stoppingOneThatWaitsToBeRestartedEndsTheWaiting() throws {
    var life = try life(RestartPolicy(name: .always))
    _ = life.didExit(code: 1, oomKilled: false, at: at(1))
    let wasWaiting = life.willBeStopped()
    #expect(wasWaiting)
    #expect(life.state.status == .exited)
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

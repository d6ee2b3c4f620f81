import EngineAPI
import EngineModel
import Testing

@Suite struct ContainerStatusTests {
  private static let lengths: [(Int64, String)] = [
    (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (119, "About a minute"),
    (120, "2 minutes"), (3599, "59 minutes"), (3600, "About an hour"), (5399, "About an hour"), (5400, "2 hours"),
    (169_200, "47 hours"), (172_800, "2 days"), (1_209_600, "2 weeks"), (5_184_000, "2 months"),
    (69_120_000, "2 years"),
  ]

  @Test(arguments: lengths)
  func lengthsOfTimeAreRough(_ seconds: Int64, _ text: String) {
    #expect(ContainerStatus.duration(seconds: seconds) == text)
  }

  @Test func statesHaveDockersWords() {
    let now = Timestamp(nanoseconds: 1_000_000_000_000)
    var state = ContainerState()
    #expect(ContainerStatus.text(state, now: now) == "Created")
    state.status = .running
    state.startedAt = Timestamp(nanoseconds: 995_000_000_000)
    #expect(ContainerStatus.text(state, now: now) == "Up 5 seconds")
    state.health = Health(status: .healthy)
    #expect(ContainerStatus.text(state, now: now) == "Up 5 seconds (healthy)")
    state.status = .paused
    #expect(ContainerStatus.text(state, now: now) == "Up 5 seconds (Paused)")
    state.status = .exited
    state.exitCode = 137
    state.finishedAt = Timestamp(nanoseconds: 880_000_000_000)
    #expect(ContainerStatus.text(state, now: now) == "Exited (137) 2 minutes ago")
    state.status = .restarting
    #expect(ContainerStatus.text(state, now: now) == "Restarting (137) 2 minutes ago")
  }
}

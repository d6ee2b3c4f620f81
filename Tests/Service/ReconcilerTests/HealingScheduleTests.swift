import Addressing
import NetworkPlan
import Testing

@testable import Reconciler

@Suite struct HealingScheduleTests {
  private let start = ContinuousClock.now

  private func report(_ mark: DriftMark = .unknown, hasDrifted: Bool = true) -> DriftReport {
    DriftReport(subject: .owner(.host), mark: mark, hasDrifted: hasDrifted)
  }

  @Test func whatComesTogetherIsOneRepair() {
    var schedule = HealingSchedule()
    #expect(schedule.note(report(.forwarding(.ipv4)), at: start) == nil)
    #expect(schedule.note(report(.forwarding(.ipv6)), at: start + .milliseconds(10)) == nil)
    #expect(schedule.takeDue(at: start + .milliseconds(10)).isEmpty)
    #expect(schedule.next == start + HealingSchedule.gathering)
    let due = schedule.takeDue(at: start + HealingSchedule.gathering)
    #expect(due.map(\.marks) == [[.forwarding(.ipv4), .forwarding(.ipv6)]])
    #expect(schedule.next == nil)
  }

  @Test func whatIsWellAgainNeedsNoRepair() {
    var schedule = HealingSchedule()
    _ = schedule.note(report(), at: start)
    _ = schedule.note(report(hasDrifted: false), at: start)
    #expect(schedule.next == nil)
    // What was never damaged is nothing either.
    _ = schedule.note(report(hasDrifted: false), at: start)
    #expect(schedule.next == nil)
  }

  @Test func aStormIsAnsweredEverMoreSeldom() {
    var schedule = HealingSchedule()
    var now = start
    var waits: [Duration] = []
    for _ in 0..<14 {
      _ = schedule.note(report(), at: now)
      let due = schedule.next ?? now
      waits.append(due - now)
      now = due
      #expect(schedule.takeDue(at: now).count == 1)
      schedule.didHeal(.owner(.host), at: now)
    }
    #expect(waits.prefix(HealingSchedule.patience).allSatisfy { $0 == HealingSchedule.gathering })
    #expect(waits.dropFirst(HealingSchedule.patience).prefix(3) == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(waits.last == HealingSchedule.longest)
    #expect(waits == waits.sorted())
    // Others are not held up by it, and after a while all is forgotten.
    let other = DriftReport(subject: .firewall, mark: .unknown, hasDrifted: true)
    #expect(schedule.note(other, at: now) == nil)
    #expect(schedule.note(report(), at: now + HealingSchedule.forgiveness + HealingSchedule.longest * 2) == nil)
  }

  @Test func theFirstWaitIsTold() {
    var schedule = HealingSchedule()
    for _ in 0..<HealingSchedule.patience { schedule.didHeal(.owner(.host), at: start) }
    #expect(schedule.note(report(), at: start) == .seconds(1))
    #expect(schedule.note(report(.forwarding(.ipv4)), at: start) == nil)
  }
}

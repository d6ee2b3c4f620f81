import Addressing
import NetworkPlan
import Testing

@testable import Reconciler

@Suite struct HealingScheduleTests {
  private let start = ContinuousClock.now

  private func report(_ mark: DriftMark = .unknown, hasDrifted: Bool = true) -> DriftReport {
    DriftReport(subject: .owner(.host), mark: mark, hasDrifted: hasDrifted)
  }

  @Test func notificationsCloseTogetherCauseOneRepair() {
    var schedule = HealingSchedule()
    #expect(schedule.record(report(.forwarding(.ipv4)), at: start) == nil)
    #expect(schedule.record(report(.forwarding(.ipv6)), at: start + .milliseconds(10)) == nil)
    #expect(schedule.takeDue(at: start + .milliseconds(10)).isEmpty)
    #expect(schedule.next == start + HealingSchedule.gatheringTime)
    let due = schedule.takeDue(at: start + HealingSchedule.gatheringTime)
    #expect(due.map(\.marks) == [[.forwarding(.ipv4), .forwarding(.ipv6)]])
    #expect(schedule.next == nil)
  }

  @Test func anObjectThatAgreesAgainNeedsNoRepair() {
    var schedule = HealingSchedule()
    _ = schedule.record(report(), at: start)
    _ = schedule.record(report(hasDrifted: false), at: start)
    #expect(schedule.next == nil)
    // A report of agreement without earlier drift changes nothing.
    _ = schedule.record(report(hasDrifted: false), at: start)
    #expect(schedule.next == nil)
  }

  @Test func repeatedChangesSlowTheRepairsDown() {
    var schedule = HealingSchedule()
    var now = start
    var delays: [Duration] = []
    for _ in 0..<14 {
      _ = schedule.record(report(), at: now)
      let due = schedule.next ?? now
      delays.append(due - now)
      now = due
      #expect(schedule.takeDue(at: now).count == 1)
      schedule.didHeal(.owner(.host), at: now)
    }
    #expect(delays.prefix(HealingSchedule.undelayedRepairs).allSatisfy { $0 == HealingSchedule.gatheringTime })
    #expect(delays.dropFirst(HealingSchedule.undelayedRepairs).prefix(3) == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(delays.last == HealingSchedule.maximumDelay)
    #expect(delays == delays.sorted())
    // Other subjects are not delayed, and after a time without drift the delay ends.
    let other = DriftReport(subject: .firewall, mark: .unknown, hasDrifted: true)
    #expect(schedule.record(other, at: now) == nil)
    #expect(schedule.record(report(), at: now + HealingSchedule.resetTime + HealingSchedule.maximumDelay * 2) == nil)
  }

  /// Without the firewall there is no isolation, so it is restored every time.
  @Test func theFirewallHasNoBackOff() {
    var schedule = HealingSchedule()
    let report = DriftReport(subject: .firewall, mark: .unknown, hasDrifted: true)
    var now = start
    for number in 0..<200 {
      #expect(schedule.record(report, at: now) == nil)
      let due = schedule.next ?? now
      #expect(due - now == HealingSchedule.firewallGatheringTime, "repair \(number)")
      #expect(schedule.takeDue(at: due).count == 1)
      schedule.didHeal(.firewall, at: due, taking: .zero)
      now = due
    }
  }

  /// Repairs of the firewall take a bounded share of the time.
  @Test func aPauseFollowsARepairOfTheFirewall() {
    var schedule = HealingSchedule()
    let report = DriftReport(subject: .firewall, mark: .unknown, hasDrifted: true)
    schedule.didHeal(.firewall, at: start, taking: .milliseconds(40))
    _ = schedule.record(report, at: start + .milliseconds(10))
    #expect(schedule.next == start + .milliseconds(200))
    _ = schedule.takeDue(at: start + .milliseconds(200))
    _ = schedule.record(report, at: start + .seconds(1))
    #expect(schedule.next == start + .seconds(1) + HealingSchedule.firewallGatheringTime)
  }

  @Test func frequentRepairsAreLoggedRarely() {
    var schedule = HealingSchedule()
    var logged: [Int] = []
    for number in 1...100 {
      schedule.didHeal(.firewall, at: start)
      if schedule.isWorthLogging(.firewall) { logged.append(number) }
    }
    #expect(logged == [1, 2, 3, 4, 5, 8, 16, 32, 64])
  }

  @Test func theFirstDelayIsReturned() {
    var schedule = HealingSchedule()
    for _ in 0..<HealingSchedule.undelayedRepairs { schedule.didHeal(.owner(.host), at: start) }
    #expect(schedule.record(report(), at: start) == .seconds(1))
    #expect(schedule.record(report(.forwarding(.ipv4)), at: start) == nil)
  }
}

import Coordination
import Testing

@Suite struct ConcurrencyLimitTests {
  private actor Gauge {
    private(set) var highest = 0
    private var current = 0

    func enter() {
      current += 1
      highest = max(highest, current)
    }

    func leave() { current -= 1 }
  }

  @Test func atMostTheGivenNumberRuns() async {
    let limit = ConcurrencyLimit(3)
    let gauge = Gauge()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<30 {
        group.addTask {
          await limit.run {
            await gauge.enter()
            await Task.yield()
            await gauge.leave()
          }
        }
      }
    }
    #expect(await gauge.highest <= 3)
  }

  @Test func anErrorFreesTheSlot() async {
    struct Failure: Error {}
    let limit = ConcurrencyLimit(1)
    await #expect(throws: Failure.self) { try await limit.run { throw Failure() } }
    #expect(await limit.run { 1 } == 1)
  }
}

import Addressing
@testable import DataPlane
import NameService
import Testing

@Suite struct LoopTests {
  @Test func timersComeInTheirOrder() {
    var queue = TimerQueue()
    var seen: [Int] = []
    var tokens: [TimerQueue.Token] = []
    // Every residue once: 7 generates the numbers below 101 in a mixed order.
    for number in 0..<101 {
      let time = number * 7 % 101
      tokens.append(queue.add(at: UInt64(time)) { seen.append(time) })
    }
    for number in stride(from: 0, to: 101, by: 2) { queue.cancel(tokens[number]) }
    let kept = stride(from: 1, to: 101, by: 2).map { $0 * 7 % 101 }.sorted()
    #expect(queue.wait(now: 0) == Int32(kept[0]))
    while let action = queue.take(due: 50) { action() }
    #expect(seen == kept.filter { $0 <= 50 })
    while let action = queue.take(due: 1000) { action() }
    #expect(seen == kept)
    #expect(queue.wait(now: 0) == -1)
  }

  @Test func everyServerHasItsChanceInTime() {
    func asked(_ count: Int) -> Int {
      let upstreams = (0..<count).map { Upstream(address: .v4(.loopback), port: UInt16($0)) }
      var attempts = ForwardingAttempts(upstreams)
      var ports: [UInt16] = []
      while let upstream = attempts.next() { ports.append(upstream.port) }
      #expect(Set(ports).count == min(3, count))
      return ports.count
    }
    #expect((0...5).map(asked) == [0, 2, 2, 3, 3, 3])
    // Less than the timeout of the container's resolver.
    #expect(3 * ForwardingAttempts.timeout < 5000)
  }
}

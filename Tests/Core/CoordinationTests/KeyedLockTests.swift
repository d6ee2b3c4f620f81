import Coordination
import Testing

@Suite struct KeyedLockTests {
  private actor Log {
    var lines: [String] = []
    func add(_ line: String) { lines.append(line) }
  }

  @Test func oneTaskAtATimeForEachKey() async {
    let lock = KeyedLock<Int>()
    let log = Log()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          await lock.withLock(number % 2) {
            await log.add("in \(number % 2)")
            await Task.yield()
            await log.add("out \(number % 2)")
          }
        }
      }
    }
    for key in 0..<2 {
      let lines = await log.lines.filter { $0.hasSuffix(" \(key)") }
      #expect(lines == (0..<10).flatMap { _ in ["in \(key)", "out \(key)"] })
    }
  }

  @Test func anErrorFreesTheLock() async {
    struct Failure: Error {}
    let lock = KeyedLock<String>()
    await #expect(throws: Failure.self) { try await lock.withLock("a") { throw Failure() } }
    #expect(await lock.withLock("a") { 1 } == 1)
  }

  /// An actor's own state stays reachable inside the lock.
  private actor Counter {
    private let lock = KeyedLock<Int>()
    private var count = 0

    func increment() async -> Int {
      await lock.withLock(0) {
        let before = count
        await Task.yield()
        count = before + 1
        return count
      }
    }
  }

  @Test func theBodyRunsInTheCallersIsolation() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = await counter.increment() } }
    }
    #expect(await counter.increment() == 51)
  }
}

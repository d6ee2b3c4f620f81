import Coordination
import Testing

@Suite struct OneShotTests {
  struct Refusal: Error, Equatable {}

  @Test func everyWaiterGetsTheValue() async {
    let shot = OneShot<Int, Never>()
    #expect(shot.outcome == nil)
    let sum = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<10 { group.addTask { await shot.value() } }
      group.addTask {
        await Task.yield()
        shot.succeed(7)
        return 0
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 70)
    #expect(await shot.value() == 7)
  }

  @Test func theFirstSettingCounts() async {
    let shot = OneShot<Int, Never>()
    #expect(shot.succeed(1))
    #expect(!shot.succeed(2))
    #expect(await shot.value() == 1)
    #expect(shot.isSet)
  }

  @Test func aFailureIsThrownToEveryWaiter() async {
    let shot = OneShot<Void, Refusal>()
    let early = Task { try await shot.value() }
    shot.fail(Refusal())
    await #expect(throws: Refusal()) { try await early.value }
    await #expect(throws: Refusal()) { try await shot.value() }
    #expect(!shot.succeed())
  }

  @Test func aWaitCanTimeOut() async {
    let shot = OneShot<Int, Never>()
    #expect(await shot.value(within: .milliseconds(5)) == nil)
    shot.succeed(3)
    #expect(await shot.value(within: .milliseconds(5)) == 3)
  }

  @Test func aWaitWithTimeoutEndsWithTheValue() async {
    let shot = OneShot<Int, Never>()
    async let value = shot.value(within: .seconds(60))
    await Task.yield()
    shot.succeed(4)
    #expect(await value == 4)
  }

  @Test func observersRunInOrder() async {
    let shot = OneShot<Int, Never>()
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    for factor in 1...3 { shot.whenSet { if case .success(let value) = $0 { continuation.yield(value * factor) } } }
    shot.succeed(10)
    continuation.finish()
    #expect(await stream.reduce(into: []) { $0.append($1) } == [10, 20, 30])
  }
}

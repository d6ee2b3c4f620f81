import EngineAPI
import EngineModel
import Testing

@Suite struct DetachKeysTests {
  @Test func keysAreRead() throws {
    #expect(try DetachKeys("").bytes == [16, 17])
    #expect(try DetachKeys("ctrl-p,ctrl-q").bytes == [16, 17])
    #expect(try DetachKeys("ctrl-@,a,ctrl-],ctrl-_").bytes == [0, 97, 29, 31])
    for bad in ["ctrl-", "ctrl-pp", "ctrl-1", "ab", "a,,b", "é"] {
      #expect(throws: DetachKeys.UnknownKey.self, "\(bad)") { try DetachKeys(bad) }
    }
  }

  @Test(arguments: 1...8) func theSequenceIsFoundHoweverItIsCut(_ size: Int) {
    var scanner = DetachScanner(.standard)
    // A lone ctrl-p, two of them, ctrl-p and something else: all of that goes through.
    let typed: [UInt8] = [97, 16, 98, 16, 16, 99, 16, 17, 100]
    var passed: [UInt8] = []
    var start = 0
    var detached = false
    while start < typed.count, !detached {
      let end = min(start + size, typed.count)
      let step = scanner.scan(typed[start..<end])
      passed += step.passed
      detached = step.detached
      start = end
    }
    #expect(detached)
    #expect(passed == [97, 16, 98, 16, 16, 99])
  }
}

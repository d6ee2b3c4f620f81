import Addressing
import Testing

@testable import NetworkPlan

@Suite struct AddressSpaceTests {
  /// A reproducible sequence.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  /// One of 256 addresses, and everything from there that a length of 24 to 32 takes.
  private static func prefix(_ dice: inout Dice) throws -> IPPrefix {
    let address = IPv4Address(192, 0, 2, UInt8.random(in: 0...255, using: &dice))
    return try #require(IPPrefix(containing: .v4(address), length: Int.random(in: 26...32, using: &dice)))
  }

  @Test func itKnowsWhatAListOfAllWouldSay() throws {
    var dice = Dice(state: 7)
    var space = AddressSpace()
    var list: [AddressSpace.Claim] = []
    for round in 0..<2000 {
      if list.count > 12 || round % 3 == 0, let claim = list.randomElement(using: &dice) {
        space.remove(claim)
        list.remove(at: try #require(list.firstIndex(of: claim)))
      } else {
        let claim = AddressSpace.Claim(try Self.prefix(&dice), holder: "\(round % 5)")
        space.add(claim)
        list.append(claim)
      }
      let asked = try Self.prefix(&dice)
      #expect(space.overlaps(asked) == list.contains { $0.prefix.overlaps(asked) })
      let taken = Set(list.flatMap { $0.prefix.base.rawValue...$0.prefix.last.rawValue })
      let range = asked.base.rawValue...asked.last.rawValue
      let end = space.obstacle(in: range, .ipv4)
      #expect((end != nil) == range.contains { taken.contains($0) })
      if let end {
        #expect(taken.contains(end) && !taken.contains(end + 1))
      }
    }
    for claim in list { space.remove(claim) }
    #expect(space == AddressSpace())
  }

  @Test func theDefaultRouteTakesNothing() throws {
    var space = AddressSpace()
    space.add(AddressSpace.Claim(try parsed("0.0.0.0/0", as: IPPrefix.self), holder: "a route"))
    #expect(!space.overlaps(try parsed("192.0.2.0/24", as: IPPrefix.self)))
  }

  @Test func theWholeOfIPv6HasAnEnd() throws {
    let half = try parsed("8000::/1", as: IPPrefix.self)
    let space = AddressSpace([.init(half, holder: "x"), .init(try parsed("ff00::/8", as: IPPrefix.self), holder: "y")])
    #expect(space.obstacle(in: half.base.rawValue...half.last.rawValue, .ipv6) == UInt128.max)
  }
}

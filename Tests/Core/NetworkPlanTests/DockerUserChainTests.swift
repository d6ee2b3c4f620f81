import Addressing
import NetworkPlan
import Testing

@Suite struct DockerUserChainTests {
  private let ours = ["causeway0", "cw-aaaaaaaaaaaa", "cw-bbbbbbbbbbbb"].compactMap { InterfaceName($0) }

  private func changes(_ rules: String...) -> [String] {
    let listing = (["-N DOCKER-USER"] + rules).joined(separator: "\n") + "\n"
    return DockerUserChain.changes(from: listing, for: Set(ours)).map { $0.joined(separator: " ") }
  }

  private func rule(_ way: String, _ name: String) -> String {
    "-A DOCKER-USER \(way) \(name) -m comment --comment causeway -j ACCEPT"
  }

  @Test func allBridgesWithNamesOfOursHaveOneRuleForEachWay() {
    #expect(
      changes() == [rule("-i", "cw-+"), rule("-o", "cw-+"), rule("-i", "causeway0"), rule("-o", "causeway0")])
  }

  @Test func theAdministratorsRulesStayInFront() {
    #expect(
      changes("-A DOCKER-USER -s 203.0.113.0/24 -j DROP", "-A DOCKER-USER -j RETURN").prefix(2) == [
        "-I DOCKER-USER 2 -i cw-+ -m comment --comment causeway -j ACCEPT",
        "-I DOCKER-USER 3 -o cw-+ -m comment --comment causeway -j ACCEPT",
      ])
  }

  @Test func whatIsThereIsNotSaidAgain() {
    let all = ["cw-+", "causeway0"].flatMap { [rule("-i", $0), rule("-o", $0)] }
    #expect(changes(all[0], all[1], all[2], all[3]) == [])
    #expect(changes(all[0], all[1], all[2], all[3], "-A DOCKER-USER -j RETURN") == [])
    #expect(changes(all[3], all[1], all[0]) == [all[2]])
  }

  @Test func aBridgeThatIsGoneIsTakenOut() {
    let old = rule("-i", "br7")
    let kept = ["cw-+", "causeway0"].flatMap { [rule("-i", $0), rule("-o", $0)] }
    #expect(
      changes(old, kept[0], kept[1], kept[2], kept[3]) == [old.replacing("-A DOCKER-USER", with: "-D DOCKER-USER")])
    // A foreign rule that looks similar.
    #expect(changes("-A DOCKER-USER -i br7 -j ACCEPT", kept[0], kept[1], kept[2], kept[3]) == [])
  }
}

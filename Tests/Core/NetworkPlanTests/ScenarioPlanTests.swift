import Scenarios
import Testing

/// The first two of three proofs of each scenario: the plan and the firewall's elements, compared literally.
@Suite struct ScenarioPlanTests {
  @Test(arguments: NetworkScenario.all) func whatIsPlanned(_ scenario: NetworkScenario) throws {
    let record = try ScenarioState(scenario).record
    record.storeIfRequested(for: scenario)
    let kept = try #require(ScenarioRecord.stored(for: scenario), "nothing is written down")
    #expect(record.plan == kept.plan)
    #expect(record.elements == kept.elements)
  }

  @Test func eachHasItsOwnName() { #expect(Set(NetworkScenario.all.map(\.name)).count == NetworkScenario.all.count) }
}

import Addressing
import DataPlane
import NameService
import Testing

@Suite struct DataPlaneTableTests {
  @Test func changesMakeTheTableAgain() {
    let table = DataPlaneTable(Samples.changes)
    let again = DataPlaneTable(table.changes)
    #expect(again.changes == table.changes)
    #expect(table.changes(to: again).isEmpty)
    #expect(table.sandboxes.keys.sorted() == ["web"])
    #expect(table.endpoints.keys.sorted() == ["e1"])
    #expect(table.reservations["web"]?.count == 3)
    #expect(table.relays["web"]?.count == 1)
  }

  @Test func theDifferenceLeadsFromOneToTheOther() {
    let all = DataPlaneTable(Samples.changes)
    for count in 0...Samples.changes.count {
      let some = DataPlaneTable(Samples.changes[..<count])
      for (from, to) in [(some, all), (all, some)] {
        var result = from
        for change in from.changes(to: to) { result.apply(change) }
        #expect(result.changes == to.changes)
      }
    }
  }

  @Test func attachmentsKeepTheirOrder() {
    let endpoints = ["z", "a", "m"].map {
      NameRecord(id: $0, sandbox: "s", network: $0, networkName: $0, names: ["s"], addresses: [])
    }
    var table = DataPlaneTable(endpoints.map { .setEndpoint($0) })
    // Changing an endpoint keeps its position.
    table.apply(.setEndpoint(endpoints[0]))
    #expect(table.changes == endpoints.map { .setEndpoint($0) })
  }
}

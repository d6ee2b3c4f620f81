import Engine
import Testing

@Suite struct FiltersTests {
  @Test func anEmptyListOfValuesIsNoFilter() {
    #expect(Filters(["name": []])["name"] == nil)
    #expect(Filters(["name": ["a"]])["name"] == ["a"])
  }
}

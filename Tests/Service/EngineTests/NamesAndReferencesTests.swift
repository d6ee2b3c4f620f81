import EngineModel
import Testing

@testable import Engine

@Suite struct NamesAndReferencesTests {
  private func container(_ id: String, _ name: String) throws -> Container {
    Container(
      id: try #require(ContainerID(id)), name: name, created: Timestamp(nanoseconds: 0),
      configuration: ContainerConfiguration(), host: HostConfiguration(), imageID: "")
  }

  @Test(arguments: ["web", "/web", "a0", "A.b_c-d", "0x"])
  func goodNames(_ name: String) throws {
    #expect(try ContainerName.check(name) == name.drop { $0 == "/" })
  }

  @Test(arguments: ["", "/", "a", "-web", "we b", "web/x", "wéb", "_x", "web\n"])
  func badNames(_ name: String) {
    let error = #expect(throws: EngineError.self) { try ContainerName.check(name) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.message == "Invalid container name (\(name)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
  }

  @Test func references() throws {
    var state = EngineState()
    let first = try container("ab" + String(repeating: "0", count: 62), "web")
    let second = try container("ac" + String(repeating: "0", count: 62), "ab")
    state.put(first)
    state.put(second)
    #expect(try state.container(first.id.rawValue).id == first.id)
    #expect(try state.container("/web").id == first.id)
    #expect(try state.container("web").id == first.id)
    // A name goes before the beginning of an id.
    #expect(try state.container("ab").id == second.id)
    #expect(try state.container("ab0").id == first.id)
    #expect(#expect(throws: EngineError.self) { try state.container("a") }?.message.contains("multiple IDs") == true)
    #expect(#expect(throws: EngineError.self) { try state.container("x") }?.message == "No such container: x")
    #expect(#expect(throws: EngineError.self) { try state.container("") }?.code == .notFound)
    #expect(#expect(throws: EngineError.self) { try state.network("n") }?.message == "network n not found")
  }

  @Test func renamingMovesTheName() throws {
    var state = EngineState()
    var web = try container(String(repeating: "a", count: 64), "web")
    state.put(web)
    web.name = "www"
    state.put(web)
    #expect(throws: EngineError.self) { try state.container("web") }
    #expect(try state.container("www").id == web.id)
    state.remove(web)
    #expect(state.containerNames.isEmpty)
  }

  @Test func madeUpNamesAreFreeAndGood() throws {
    var generator = SystemRandomNumberGenerator()
    var taken: Set<String> = []
    for _ in 0..<5000 {
      let name = NameChoice.make(isTaken: taken.contains, using: &generator)
      #expect(taken.insert(name).inserted)
      _ = try ContainerName.check(name)
    }
    #expect(Set(NameChoice.adjectives).count == NameChoice.adjectives.count)
    #expect(Set(NameChoice.people).count == NameChoice.people.count)
  }
}

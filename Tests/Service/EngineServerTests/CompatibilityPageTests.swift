import Engine
import Glibc
import Logging
import Testing

@testable import EngineServer

/// The page must be what the table of routes and the end-to-end tests say.
///
/// The end-to-end tests note in the folder `CAUSEWAY_ROUTES` which routes answered with success. `make test` runs this suite
/// again after them, with that folder in `CAUSEWAY_ROUTES_SEEN`: the page must then name exactly those routes as working.
/// `make compatibility` also sets `CAUSEWAY_WRITE_PAGES`, which writes the page.
@Suite struct CompatibilityPageTests {
  private static let path: String = {
    var folder = #filePath[...]
    for _ in 0..<4 { folder = folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)] }
    return "\(folder)/docs/compatibility.md"
  }()

  private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  @Test func thePageIsThatOfTheseRoutes() throws {
    let routes = EngineServer.routes(
      try Engine(configuration: EngineConfiguration(), logger: Logger(label: "test")))
    let seen = getenv("CAUSEWAY_ROUTES_SEEN").map { String(cString: $0) }.map { folder in
      Set((read("\(folder)/routes") ?? "").split(separator: "\n").map { String($0).replacing(":.*", with: "") })
    }
    if let seen, getenv("CAUSEWAY_WRITE_PAGES") != nil {
      let file = try #require(fopen(Self.path, "w"))
      fputs(CompatibilityPage(routes: routes, exercised: seen).text, file)
      fclose(file)
    }
    let page = try #require(read(Self.path))
    let named = CompatibilityPage.exercised(in: page)
    let made = CompatibilityPage(routes: routes, exercised: named).text
    #expect(page == made, "docs/compatibility.md is stale: make compatibility")
    guard let seen else { return }
    let working = Set(routes.filter { $0.refusal == nil }.map(CompatibilityPage.name)).intersection(seen)
    #expect(
      working.subtracting(named).sorted() == [], "these routes work and the page does not say so: make compatibility")
    #expect(named.subtracting(working).sorted() == [], "the page says that these routes work, and no test saw it")
  }

  @Test func everyRouteIsThereOnce() throws {
    let routes = EngineServer.routes(
      try Engine(configuration: EngineConfiguration(), logger: Logger(label: "test")))
    let names = routes.map(CompatibilityPage.name)
    #expect(Set(names).count == names.count, "\(names.filter { name in names.count { $0 == name } > 1 })")
  }
}

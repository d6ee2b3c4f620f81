import Engine
import Glibc
import Logging
import Testing

@testable import EngineServer

/// The page must be what the table of routes makes of it. With `CAUSEWAY_ROUTES`, the folder in which the end-to-end
/// tests noted what they had answered, it is written anew.
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
    if let folder = getenv("CAUSEWAY_ROUTES").map({ String(cString: $0) }) {
      let lines = (read("\(folder)/routes") ?? "").split(separator: "\n")
      let seen = Set(lines.map { String($0).replacing(":.*", with: "") })
      let file = try #require(fopen(Self.path, "w"))
      fputs(CompatibilityPage(routes: routes, exercised: seen).text, file)
      fclose(file)
    }
    let page = try #require(read(Self.path))
    let made = CompatibilityPage(routes: routes, exercised: CompatibilityPage.exercised(in: page)).text
    #expect(page == made, "docs/compatibility.md is not up to date: make compatibility")
  }

  @Test func everyRouteIsThereOnce() throws {
    let routes = EngineServer.routes(
      try Engine(configuration: EngineConfiguration(), logger: Logger(label: "test")))
    let names = routes.map(CompatibilityPage.name)
    #expect(Set(names).count == names.count, "\(names.filter { name in names.count { $0 == name } > 1 })")
  }
}

import Addressing
import Glibc
import Kernel
import Testing

@testable import Plugins

/// Plugins are found as Docker finds them.
@Suite struct DiscoveryTests {
  @Test func addresses() throws {
    #expect(try PluginAddress("unix:///run/x.sock") == .unix(path: "/run/x.sock"))
    #expect(try PluginAddress("tcp://127.0.0.1:8080") == .tcp(.v4(.loopback), port: 8080))
    #expect(try PluginAddress("http://localhost:80/") == .tcp(.v4(.loopback), port: 80))
    #expect(try PluginAddress("tcp://[::1]:8080") == .tcp(.v6(.loopback), port: 8080))
    #expect("\(try PluginAddress("tcp://[::1]:8080"))" == "tcp://[::1]:8080")
  }

  @Test(arguments: [
    "", "/run/x.sock", "unix://run/x.sock", "unix:///\(String(repeating: "x", count: 200))", "tcp://example.com:80",
    "tcp://127.0.0.1", "tcp://127.0.0.1:0", "https://127.0.0.1:80", "ftp://127.0.0.1:80",
  ])
  func whatIsNoAddress(_ text: String) {
    #expect(throws: SpecificationError.self) { try PluginAddress(text) }
  }

  @Test func names() {
    for name in ["weave", "my-plugin_2.x", "A"] { #expect(PluginFolders.isName(name), "\(name)") }
    for name in ["", ".", "..", "../x", "a/b", "-x", "a b", "a\0", String(repeating: "x", count: 65)] {
      #expect(!PluginFolders.isName(name), "\(name)")
    }
  }

  @Test func socketsGoBeforeFilesAndFoldersInOrder() async throws {
    var template = Array("/tmp/causeway-plugins-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    let folder = String(cString: made)
    let folders = PluginFolders(
      sockets: ["\(folder)/a", "\(folder)/b"], specifications: ["\(folder)/c", "\(folder)/d"])
    for name in ["a", "b", "b/two", "c", "d", "d/json"] { mkdir("\(folder)/\(name)", 0o700) }
    func write(_ text: String, _ path: String) throws {
      let file = try #require(fopen("\(folder)/\(path)", "w"))
      fputs(text, file)
      fclose(file)
    }
    try write("tcp://127.0.0.1:1\n", "c/one.spec")
    try write("not a socket", "a/one.sock")
    #expect(try folders.address(of: "one") == .tcp(.v4(.loopback), port: 1))
    try listen("\(folder)/b/two/two.sock")
    try write("tcp://127.0.0.1:2\n", "c/two.spec")
    #expect(try folders.address(of: "two") == .unix(path: "\(folder)/b/two/two.sock"))
    try write(#"{"Name": "json", "Addr": "unix:///run/j.sock"}"#, "d/json/json.json")
    #expect(try folders.address(of: "json") == .unix(path: "/run/j.sock"))
    try write(#"{"Addr": "https://1.2.3.4:5", "TLSConfig": {"CAFile": "/x"}}"#, "d/secure.json")
    #expect(throws: SpecificationError.self) { try folders.address(of: "secure") }
    try write(#"{"Addr": "#, "d/broken.json")
    #expect(throws: SpecificationError.self) { try folders.address(of: "broken") }
    mkfifo("\(folder)/d/pipe.spec", 0o600)
    #expect(throws: SpecificationError.self) { try folders.address(of: "pipe") }
    #expect(try folders.address(of: "absent") == nil)
    #expect(try folders.address(of: "../b/two") == nil)
    _ = try await Tool("rm").run(["-rf", folder])
  }

  private func listen(_ path: String) throws {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    let result = try UnixSocketAddress(path).bind(number)
    try #require(result == 0)
  }
}

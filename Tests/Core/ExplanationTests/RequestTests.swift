import Addressing
import EngineModel
import Testing

@testable import Explanation

@Suite struct RequestTests {
  @Test(arguments: [
    ("db", "name db ping 0"), ("db:5000", "name db tcp 5000"), ("db:53/udp", "name db udp 53"),
    ("db:53/UDP", "name db udp 53"), ("db.shop:80", "name db.shop tcp 80"), ("example.com.", "name example.com ping 0"),
    ("host", "host ping 0"), ("host:8080", "host tcp 8080"), ("outside:443", "outside tcp 443"),
    ("10.0.0.2", "10.0.0.2 ping 0"), ("10.0.0.2:80", "10.0.0.2 tcp 80"), ("fd00::2", "fd00::2 ping 0"),
    ("[fd00::2]:80", "fd00::2 tcp 80"), ("[fd00::2]", "fd00::2 ping 0"), ("http://db:5000/x?y#z", "name db tcp 5000"),
    ("http://db", "name db tcp 80"), ("https://user:secret@example.com/a:b", "name example.com tcp 443"),
    ("postgres://db/shop", "name db tcp 5432"), ("udp://db:53", "name db udp 53"),
    ("http://[fd00::2]:81/", "fd00::2 tcp 81"),
  ])
  func readable(_ text: String, _ expected: String) throws {
    let target = try PathTarget(text)
    let name =
      switch target.target {
      case .host: "host"
      case .outside: "outside"
      case .address(let address): "\(address)"
      case .name(let name): "name \(name)"
      }
    #expect("\(name) \(target.probe) \(target.port)" == expected)
  }

  @Test(arguments: [
    "", ":80", "0.0.0.0:80", "fe80::1", "224.0.0.1:53/udp", "db:", "db:0", "db:70000", "db:x", "db:80/sctp", "db/udp",
    "[db]:80", "[fd00::2", "foo://db",
  ])
  func unreadable(_ text: String) {
    #expect(throws: EngineError.self) { try PathTarget(text) }
  }
}

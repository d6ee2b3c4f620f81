import Addressing
import Testing

@Suite struct IPPrefixTests {
  @Test(arguments: [
    ("192.0.2.77/24", "192.0.2.0/24", "192.0.2.255"), ("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255"),
    ("192.0.2.1/32", "192.0.2.1/32", "192.0.2.1"), ("2001:db8::5/64", "2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff"),
    ("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("172.18.255.255/15", "172.18.0.0/15", "172.19.255.255"),
  ])
  func clearsHostBits(_ text: String, _ network: String, _ last: String) throws {
    let prefix = try #require(IPPrefix(text))
    #expect(prefix.description == network)
    #expect(prefix.last.description == last)
  }

  @Test(arguments: [
    "192.0.2.0", "192.0.2.0/", "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/08",
    "/24", "192.0.2.0/24/24", "192.0.2.0/2 4", "192.0.2.0/٢",
  ])
  func refuses(_ text: String) {
    #expect(IPPrefix(text) == nil)
  }

  @Test(arguments: [
    ("172.16.0.0/12", "172.20.0.0/16", true), ("172.20.0.0/16", "172.16.0.0/12", true),
    ("172.20.0.0/16", "172.21.0.0/16", false), ("0.0.0.0/0", "203.0.113.0/24", true), ("::/0", "0.0.0.0/0", false),
  ])
  func overlaps(_ a: String, _ b: String, _ expected: Bool) throws {
    #expect(try #require(IPPrefix(a)).overlaps(#require(IPPrefix(b))) == expected)
  }

  @Test func countsFromItsBase() throws {
    let prefix = try #require(IPPrefix("198.51.100.0/30"))
    #expect(prefix.address(at: 3)?.description == "198.51.100.3")
    #expect(prefix.address(at: 4) == nil)
    #expect(prefix.next?.description == "198.51.100.4/30")
    #expect(try #require(IPPrefix("255.255.255.0/24")).next == nil)
    #expect(try #require(IPPrefix("ffff::/16")).next == nil)
  }

  @Test func keepsTheHostInAnInterfaceAddress() throws {
    let address = try #require(InterfaceAddress("192.0.2.77/24"))
    #expect(address.description == "192.0.2.77/24")
    #expect(address.network.description == "192.0.2.0/24")
    let elsewhere = try #require(IPAddress("203.0.113.1"))
    #expect(InterfaceAddress(elsewhere, in: address.network) == nil)
  }
}

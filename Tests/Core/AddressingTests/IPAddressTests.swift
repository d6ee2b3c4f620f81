import Addressing
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("0.0.0.0", UInt32(0)), ("255.255.255.255", .max), ("192.0.2.1", 0xC000_0201), ("10.0.0.10", 0x0A00_000A),
  ])
  func readsAndPrintsIPv4(_ text: String, _ value: UInt32) {
    #expect(IPv4Address(text)?.rawValue == value)
    #expect(IPv4Address(rawValue: value).description == text)
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.1.1.1", "1.2.3.999", "01.2.3.4", "1.2.3.04",
    "1.2.3.4 ", " 1.2.3.4", "1.2.3.a", "1.2.3.-4", "1.2.3.4/8", "٣.1.1.1", "1.2.3.4\0",
  ])
  func refusesIPv4(_ text: String) {
    #expect(IPv4Address(text) == nil)
  }

  /// The rules of RFC 5952: lower case, the longest run shortened, a single zero group kept, the first of equal runs.
  @Test(arguments: [
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("fe80::0:0:1", "fe80::1"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("0:0:1::", "0:0:1::"),
  ])
  func readsIPv6AndPrintsItCanonically(_ text: String, _ canonical: String) throws {
    let address = try #require(IPv6Address(text))
    #expect(address.description == canonical)
    #expect(IPv6Address(canonical) == address)
    #expect(IPAddress(octets: address.octets) == .v6(address))
  }

  @Test(arguments: [
    "", ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::",
    "::1%eth0", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1.2.3", "1.2.3.4::", "::+1", "::1 ", "1:2:3:4:5:6:7:1.2.3.4",
  ])
  func refusesIPv6(_ text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test func ordersIPv4BeforeIPv6() throws {
    let texts = ["::1", "203.0.113.9", "192.0.2.200", "192.0.2.3"]
    #expect(
      texts.compactMap { IPAddress($0) }.sorted().map(\.description)
        == ["192.0.2.3", "192.0.2.200", "203.0.113.9", "::1"])
  }

  @Test func knowsSpecialAddresses() throws {
    #expect(try #require(IPAddress("127.9.9.9")).isLoopback)
    #expect(try #require(IPAddress("::1")).isLoopback)
    #expect(try !#require(IPAddress("128.0.0.1")).isLoopback)
    #expect(try #require(IPAddress("239.1.1.1")).isMulticast)
    #expect(try #require(IPAddress("ff02::1")).isMulticast)
    #expect(try #require(IPAddress("169.254.1.1")).isLinkLocal)
    #expect(try #require(IPAddress("febf::1")).isLinkLocal)
    #expect(try !#require(IPAddress("fec0::1")).isLinkLocal)
    #expect(try #require(IPv6Address("fd00::1")).isUniqueLocal)
  }
}

import Nftables
import Testing

@testable import Kernel

@Suite struct FirewallListingTests {
  @Test func elementsAreTakenOutOfTheFrame() {
    let listing = FirewallListing(
      """
      table inet t {
      \tmap published {
      \t\ttype ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service
      \t\telements = { 2001:db8::1 . tcp . 80 : fd00::2 . 8080,
      \t\t\t     2001:db8::1 . udp . 53 : fd00::2 . 53 }
      \t}

      \tset names {
      \t\ttype ifname . ifname
      \t\tcomment "says { elements = { nothing"
      \t\telements = { "a,b" . "c}d", "e : f" . "g" }
      \t}

      \tchain c {
      \t\ttcp dport { 1, 2 } accept
      \t}
      }
      """)
    #expect(
      listing.elements["published"] == [
        Element("2001:db8::1 . tcp . 80", value: "fd00::2 . 8080"),
        Element("2001:db8::1 . udp . 53", value: "fd00::2 . 53"),
      ])
    #expect(listing.elements["names"] == [Element(#""a,b" . "c}d""#), Element(#""e : f" . "g""#)])
    #expect(listing.frame.contains("tcp dport { 1, 2 } accept"))
    #expect(!listing.frame.contains { $0.hasPrefix("elements") })
  }
}

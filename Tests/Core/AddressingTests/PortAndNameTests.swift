import Addressing
import Testing

@Suite struct PortAndNameTests {
  @Test(arguments: [("80", "80/tcp"), ("53/udp", "53/udp"), ("65535/SCTP", "65535/sctp"), ("080", "80/tcp")])
  func readsPorts(_ text: String, _ canonical: String) {
    #expect(TransportPort(text)?.description == canonical)
  }

  @Test(arguments: ["", "0", "65536", "80/", "/tcp", "80/icmp", "80-81", "-80", "+80", "8 0", "80/tcp/udp"])
  func refusesPorts(_ text: String) {
    #expect(TransportPort(text) == nil)
  }

  @Test func readsRanges() throws {
    let range = try #require(PortRange("8000-8010"))
    #expect(range.count == 11)
    #expect(range.description == "8000-8010")
    #expect(PortRange("7-7")?.description == "7")
    for text in ["", "-", "9-8", "0-5", "5-", "-5", "1-65536", "1-2-3"] { #expect(PortRange(text) == nil) }
  }

  @Test(arguments: [
    ("02:42:ac:11:00:02", "02:42:ac:11:00:02"), ("02-42-AC-11-00-02", "02:42:ac:11:00:02"),
  ])
  func readsHardwareAddresses(_ text: String, _ canonical: String) {
    #expect(MACAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "2:42:ac:11:00:02", "02:42:ac:11:00:zz", "+2:42:ac:11:00:02",
  ])
  func refusesHardwareAddresses(_ text: String) {
    #expect(MACAddress(text) == nil)
  }

  @Test func makesLocalUnicastHardwareAddresses() {
    for bits in [UInt64.min, .max, 0x0123_4567_89AB] {
      let mac = MACAddress.locallyAdministered(from: bits)
      #expect(mac.isLocallyAdministered && !mac.isMulticast)
    }
  }

  @Test(arguments: ["eth0", "a", "causeway0", "fifteen-bytes-x", "é"])
  func acceptsInterfaceNames(_ name: String) {
    #expect(InterfaceName(name)?.rawValue == name)
  }

  @Test(arguments: ["", ".", "..", "a/b", "a b", "a:1", "sixteen-bytes-xx", "a\n", "\u{7F}"])
  func refusesInterfaceNames(_ name: String) {
    #expect(InterfaceName(name) == nil)
  }
}

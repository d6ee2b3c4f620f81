/// Hand-made Ethernet frames, valid or forged. Addresses are octets.
package enum Frame {
  package static let everybody: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]

  package static func ethernet(to: [UInt8], from: [UInt8], type: UInt16, _ payload: [UInt8]) -> [UInt8] {
    // Pads short frames to the Ethernet minimum.
    to + from + octets(type) + payload + [UInt8](repeating: 0, count: max(0, 46 - payload.count))
  }

  /// RFC 826. - Parameter operation: 1 asks, 2 answers.
  package static func arp(
    operation: UInt16, sender: (mac: [UInt8], ip: [UInt8]), target: (mac: [UInt8], ip: [UInt8])
  ) -> [UInt8] {
    [0, 1, 8, 0, 6, 4] + octets(operation) + sender.mac + sender.ip + target.mac + target.ip
  }

  /// - Parameter fragment: flags and offset (RFC 791).
  package static func ipv4(
    from: [UInt8], to: [UInt8], protocolNumber: UInt8, _ payload: [UInt8], id: UInt16 = 1, fragment: UInt16 = 0
  ) -> [UInt8] {
    var header: [UInt8] = [0x45, 0] + octets(UInt16(20 + payload.count)) + octets(id) + octets(fragment)
    header += [64, protocolNumber, 0, 0]
    header += from + to
    header.replaceSubrange(10..<12, with: octets(checksum(header)))
    return header + payload
  }

  package static func ipv6(from: [UInt8], to: [UInt8], nextHeader: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x60, 0, 0, 0] + octets(UInt16(payload.count)) + [nextHeader, 255] + from + to + payload
  }

  /// The checksum is optional in IPv4, and no test checks it in IPv6.
  package static func udp(from: UInt16, to: UInt16, _ payload: [UInt8]) -> [UInt8] {
    octets(from) + octets(to) + octets(UInt16(8 + payload.count)) + [0, 0] + payload
  }

  /// RFC 4443, with the checksum, which the kernel verifies.
  package static func icmpv6(from: [UInt8], to: [UInt8], type: UInt8, _ body: [UInt8]) -> [UInt8] {
    var message: [UInt8] = [type, 0, 0, 0] + body
    let pseudo = from + to + [0, 0] + octets(UInt16(message.count)) + [0, 0, 0, 58]
    message.replaceSubrange(2..<4, with: octets(checksum(pseudo + message)))
    return message
  }

  /// RFC 4861, 4.4: overrides the neighbour entry, with the target's link-layer address.
  package static func neighbourAdvertisement(from: [UInt8], to: [UInt8], target: [UInt8], at mac: [UInt8]) -> [UInt8] {
    icmpv6(from: from, to: to, type: 136, [0x60, 0, 0, 0] + target + [2, 1] + mac)
  }

  /// RFC 4861, 4.2: a router with a lifetime of half an hour.
  package static func routerAdvertisement(from: [UInt8], to: [UInt8], at mac: [UInt8]) -> [UInt8] {
    icmpv6(from: from, to: to, type: 134, [64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1] + mac)
  }

  /// RFC 4861, 4.5.
  package static func redirect(from: [UInt8], to: [UInt8], target: [UInt8], destination: [UInt8]) -> [UInt8] {
    icmpv6(from: from, to: to, type: 137, [0, 0, 0, 0] + target + destination)
  }

  static func octets(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
  }

  /// RFC 1071.
  static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
    }
    while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
    return ~UInt16(truncatingIfNeeded: sum)
  }
}

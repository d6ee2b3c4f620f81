/// An IP packet of a given kind that carries a number, so that its arrival can be observed on any link behind any
/// translation of its addresses.
package struct ProbePacket: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A SYN with data.
    case tcp
    case udp
    /// A UDP packet in two fragments. The number is in the second one.
    case fragments
    /// An echo request.
    case icmp
    /// Protocol 253, for experiments (RFC 3692).
    case other
  }

  package let kind: Kind
  package let source: [UInt8]
  package let destination: [UInt8]
  package var sourcePort: UInt16
  package var port: UInt16
  /// It is the packet that a server would send: a SYN with ACK, an echo reply.
  package var isReply = false

  /// - Parameters:
  ///   - source: 4 or 16 octets.
  ///   - destination: of the same family.
  package init(_ kind: Kind, from source: [UInt8], to destination: [UInt8], sourcePort: UInt16, port: UInt16) {
    self.kind = kind
    self.source = source
    self.destination = destination
    self.sourcePort = sourcePort
    self.port = port
  }

  /// The packet in the other direction of the same flow.
  package var reply: ProbePacket {
    var reply = ProbePacket(kind, from: destination, to: source, sourcePort: port, port: sourcePort)
    reply.isReply = !isReply
    return reply
  }

  private var isIPv4: Bool { source.count == 4 }

  private static let mark = Array("cwprobe:".utf8)

  /// The IP packets with this number, in order.
  package func packets(number: UInt32) -> [[UInt8]] {
    let data =
      Self.mark + Frame.octets(UInt16(number >> 16)) + Frame.octets(UInt16(truncatingIfNeeded: number))
      + [UInt8](repeating: 0, count: 4)
    switch kind {
    case .tcp: return [packet(6, Frame.tcp(from: source, sourcePort, to: destination, port, isReply: isReply, data))]
    case .udp: return [packet(17, Frame.udp(from: sourcePort, to: port, data))]
    case .other: return [packet(253, data)]
    case .icmp:
      let body = Frame.octets(min(sourcePort, port)) + [0, 1] + data
      guard isIPv4 else {
        return [packet(58, Frame.icmpv6(from: source, to: destination, type: isReply ? 129 : 128, body))]
      }
      return [packet(1, Frame.icmpv4(type: isReply ? 0 : 8, body))]
    case .fragments:
      let whole = Frame.udp(from: sourcePort, to: port, [UInt8](repeating: 0xEE, count: 16) + data)
      let id = UInt16(truncatingIfNeeded: number)
      return [
        fragment(Array(whole[..<24]), id, offset: 0, isLast: false),
        fragment(Array(whole[24...]), id, offset: 24, isLast: true),
      ]
    }
  }

  private func packet(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    isIPv4
      ? Frame.ipv4(from: source, to: destination, protocolNumber: number, payload)
      : Frame.ipv6(from: source, to: destination, nextHeader: number, payload)
  }

  private func fragment(_ payload: [UInt8], _ id: UInt16, offset: UInt16, isLast: Bool) -> [UInt8] {
    guard isIPv4 else {
      let header = [17, 0] + Frame.octets(offset | (isLast ? 0 : 1)) + [0, 0] + Frame.octets(id)
      return Frame.ipv6(from: source, to: destination, nextHeader: 44, header + payload)
    }
    return Frame.ipv4(
      from: source, to: destination, protocolNumber: 17, payload, id: id,
      fragment: offset / 8 | (isLast ? 0 : 0x2000))
  }

  /// The numbers in a frame.
  package static func numbers(in frame: [UInt8]) -> [UInt32] {
    guard frame.count >= mark.count + 4 else { return [] }
    var found: [UInt32] = []
    for start in 0...(frame.count - mark.count - 4) where frame[start] == mark[0] {
      guard frame[start..<(start + mark.count)].elementsEqual(mark) else { continue }
      let digits = frame[(start + mark.count)..<(start + mark.count + 4)]
      found.append(digits.reduce(0) { $0 << 8 | UInt32($1) })
    }
    return found
  }
}

extension Frame {
  /// RFC 9293, with the checksum, which connection tracking verifies.
  static func tcp(
    from source: [UInt8], _ sourcePort: UInt16, to destination: [UInt8], _ port: UInt16, isReply: Bool,
    _ payload: [UInt8]
  ) -> [UInt8] {
    var segment = octets(sourcePort) + octets(port) + [0, 0, 0, 1] + [0, 0, 0, isReply ? 2 : 0]
    segment += [0x50, isReply ? 0x12 : 0x02] + octets(UInt16(0xFFFF)) + [0, 0, 0, 0] + payload
    let length = octets(UInt16(segment.count))
    let pseudo = source + destination + (source.count == 4 ? [0, 6] + length : [0, 0] + length + [0, 0, 0, 6])
    segment.replaceSubrange(16..<18, with: octets(checksum(pseudo + segment)))
    return segment
  }

  /// RFC 792, with the checksum.
  static func icmpv4(type: UInt8, _ body: [UInt8]) -> [UInt8] {
    var message: [UInt8] = [type, 0, 0, 0] + body
    message.replaceSubrange(2..<4, with: octets(checksum(message)))
    return message
  }
}

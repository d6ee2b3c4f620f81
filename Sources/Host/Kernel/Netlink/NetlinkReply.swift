import CNetlink

/// A message from the kernel, valid only inside the closure that receives it.
struct NetlinkReply {
  let header: nlmsghdr
  /// The bytes after the netlink header.
  let body: UnsafeRawBufferPointer

  /// The fixed header of the message type; zeros when the message is too short.
  func fixed<Header: BitwiseCopyable>(_ empty: Header) -> Header {
    body.count >= MemoryLayout<Header>.size ? body.loadUnaligned(as: Header.self) : empty
  }

  func attributes<Header: BitwiseCopyable>(after header: Header.Type) -> NetlinkAttributes {
    let start = (MemoryLayout<Header>.size + 3) & ~3
    return NetlinkAttributes(UnsafeRawBufferPointer(rebasing: body.dropFirst(start)))
  }

  /// Splits the data of one `recv` into messages.
  static func each(in bytes: UnsafeRawBufferPointer, _ body: (NetlinkReply) -> Void) {
    let headerSize = MemoryLayout<nlmsghdr>.size
    var rest = bytes
    while rest.count >= headerSize {
      let header = rest.loadUnaligned(as: nlmsghdr.self)
      let length = Int(header.nlmsg_len)
      guard length >= headerSize, length <= rest.count else { return }
      body(
        NetlinkReply(
          header: header, body: UnsafeRawBufferPointer(rebasing: rest[headerSize..<length])))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst((length + 3) & ~3))
    }
  }

  /// The error number of an `NLMSG_ERROR` or `NLMSG_DONE` (zero means success), and the kernel's message if there is
  /// one.
  var outcome: (errno: Int32, message: String?) {
    guard body.count >= 4 else { return (0, nil) }
    let number = -body.loadUnaligned(as: Int32.self)
    guard header.nlmsg_flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return (number, nil) }
    // In an NLMSG_ERROR the header of the request follows, and, unless capped, its body.
    var start = 4
    if Int32(header.nlmsg_type) == NLMSG_ERROR, body.count >= 4 + MemoryLayout<nlmsghdr>.size {
      let request = body.loadUnaligned(fromByteOffset: 4, as: nlmsghdr.self)
      let isCapped = header.nlmsg_flags & UInt16(NLM_F_CAPPED) != 0
      start += isCapped ? MemoryLayout<nlmsghdr>.size : (Int(request.nlmsg_len) + 3) & ~3
    }
    guard start <= body.count else { return (number, nil) }
    let attributes = NetlinkAttributes(UnsafeRawBufferPointer(rebasing: body.dropFirst(start)))
    return (number, attributes.text(NLMSGERR_ATTR_MSG.rawValue))
  }
}

/// A sequence of netlink attributes, valid only as long as the underlying bytes.
struct NetlinkAttributes: Sequence {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  struct Iterator: IteratorProtocol {
    var rest: UnsafeRawBufferPointer

    mutating func next() -> (type: Int, payload: UnsafeRawBufferPointer)? {
      guard rest.count >= 4 else { return nil }
      let length = Int(rest.loadUnaligned(as: UInt16.self))
      // The two highest bits are flags: NLA_F_NESTED and NLA_F_NET_BYTEORDER.
      let type = Int(rest.loadUnaligned(fromByteOffset: 2, as: UInt16.self) & 0x3FFF)
      guard length >= 4, length <= rest.count else { return nil }
      defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst((length + 3) & ~3)) }
      return (type, UnsafeRawBufferPointer(rebasing: rest[4..<length]))
    }
  }

  func makeIterator() -> Iterator { Iterator(rest: bytes) }

  func payload(_ type: Int) -> UnsafeRawBufferPointer? { first { $0.type == type }?.payload }

  func value<Value: BitwiseCopyable>(_ type: Int, as: Value.Type) -> Value? {
    guard let payload = payload(type), payload.count >= MemoryLayout<Value>.size else { return nil }
    return payload.loadUnaligned(as: Value.self)
  }

  func text(_ type: some BinaryInteger) -> String? {
    payload(Int(type)).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  func nested(_ type: Int) -> NetlinkAttributes? { payload(type).map { NetlinkAttributes($0) } }
}

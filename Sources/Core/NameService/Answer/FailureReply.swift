/// Replies that say only that, and why, there is no answer.
public enum FailureReply {
  /// Writes a reply with a code, the question repeated, and an OPT record if the question had one.
  ///
  /// - Parameters:
  ///   - query: one that was read well before.
  ///   - isTruncated: for a reply that is too long for UDP: the client asks again over TCP.
  /// - Returns: its length.
  public static func write(
    _ query: UnsafeRawBufferPointer, _ code: ResponseCode, isTruncated: Bool = false,
    into reply: UnsafeMutableRawBufferPointer
  ) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { name in
      guard case .query(let view) = QueryView.read(query, name: name) else {
        return writeHeader(query, code, into: reply)
      }
      var writer = ReplyWriter(reply, limit: reply.count)
      writer.appendStart(query, view, code: code)
      if let edns = view.edns {
        writer.appendEDNS(extendedCode: 0, flags: edns.flags & 0x8000)
        writer.put(1, at: 10)
      }
      if isTruncated { writer.setTruncated() }
      return writer.count
    }
  }

  /// Writes a reply that is a header alone, for a question that cannot be read.
  static func writeHeader(
    _ query: UnsafeRawBufferPointer, _ code: ResponseCode, into reply: UnsafeMutableRawBufferPointer
  ) -> Int {
    let flags = responseFlags(MessageFlags(rawValue: query.number16(2)), code)
    reply.put(query.number16(0), at: 0)
    reply.put(flags, at: 2)
    for offset in stride(from: 4, to: QueryView.headerLength, by: 2) { reply.put(0, at: offset) }
    return QueryView.headerLength
  }

  @inline(__always)
  static func responseFlags(_ query: MessageFlags, _ code: ResponseCode) -> UInt16 {
    // Opcode, "recursion desired" and "checking disabled" are repeated.
    let kept = query.rawValue & (0x7800 | MessageFlags.recursionDesired | MessageFlags.checkingDisabled)
    return kept | MessageFlags.response | MessageFlags.recursionAvailable | UInt16(code.rawValue)
  }
}

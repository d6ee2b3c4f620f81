/// Replies with an error code and no answer.
package enum FailureReply {
  /// Writes a reply with the query's question, and an OPT record if the query has one.
  ///
  /// - Parameters:
  ///   - query: a query that was parsed successfully before.
  ///   - isTruncated: the answer does not fit into a datagram; the client repeats the query over TCP.
  /// - Returns: the length of the reply.
  package static func write(
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

  /// Writes a header without a question, for a query that cannot be parsed.
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
    // The reply repeats the opcode, "recursion desired" and "checking disabled".
    let kept = query.rawValue & (0x7800 | MessageFlags.recursionDesired | MessageFlags.checkingDisabled)
    return kept | MessageFlags.response | MessageFlags.recursionAvailable | UInt16(code.rawValue)
  }
}

import Addressing

/// What to do with a query.
package enum Resolution: Hashable, Sendable {
  /// Send the reply in the buffer, of this many octets.
  case reply(Int)
  /// Ask the sandbox's upstreams: the zone does not have the name.
  case forward(QueryBounds)
  /// Do not reply.
  case ignore
}

/// What the forwarder must know about a query.
package struct QueryBounds: Hashable, Sendable {
  /// The end of header and question, which a response must repeat.
  package let questionEnd: Int
  /// The largest response that the client accepts.
  package let limit: Int

  package init(questionEnd: Int, limit: Int) {
    self.questionEnd = questionEnd
    self.limit = limit
  }
}

/// The transport of a query. It limits the reply.
package enum QueryTransport: Hashable, Sendable {
  case udp
  case tcp
}

extension Zone {
  /// The TTL of answers, in seconds. Docker uses 600, but its names change only with containers; ours also change under
  /// running containers (`network connect`, `disconnect`, moved aliases), and a query costs only microseconds. Some
  /// resolvers treat zero as an error.
  package static let timeToLive: UInt32 = 5

  /// The largest query and reply over UDP, in octets. All packets stay on the sandbox's loopback, so fragmentation, the
  /// reason for smaller limits (RFC 9715), does not happen.
  package static let largestDatagram: UInt16 = 4096

  /// Answers an encoded query without allocating memory.
  ///
  /// - Parameters:
  ///   - query: the received message.
  ///   - client: the sandbox that asks.
  ///   - reply: the buffer for the reply: 4096 octets for UDP, 65,535 for TCP. It must not overlap the query.
  @inline(never)
  package mutating func answer(
    _ query: UnsafeRawBufferPointer, from client: Client, over transport: QueryTransport,
    into reply: UnsafeMutableRawBufferPointer
  ) -> Resolution {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { name in
      switch QueryView.read(query, name: name) {
      case .ignore: .ignore
      case .refuse(let code): .reply(FailureReply.writeHeader(query, code, into: reply))
      case .query(let view): answer(query, view, name, from: client, over: transport, into: reply)
      }
    }
  }

  private mutating func answer(
    _ query: UnsafeRawBufferPointer, _ view: QueryView, _ name: UnsafeMutableRawBufferPointer, from client: Client,
    over transport: QueryTransport, into reply: UnsafeMutableRawBufferPointer
  ) -> Resolution {
    guard client.slot < clients.count, clients[client.slot] != nil else { return .ignore }
    let limit =
      switch transport {
      case .udp: min(max(512, Int(view.edns?.payloadSize ?? 512)), Int(Self.largestDatagram), reply.count)
      case .tcp: min(65535, reply.count)
      }
    var writer = ReplyWriter(reply, limit: limit)
    if let edns = view.edns, edns.version != 0 {
      // BADVERS (RFC 6891, 6.1.3) is 16; its upper bits are in the OPT record.
      writer.appendStart(query, view, code: .noError)
      writer.appendEDNS(extendedCode: 1, flags: 0)
      writer.put(1, at: 10)
      return .reply(writer.count)
    }
    let lowered = UnsafeRawBufferPointer(rebasing: name[..<view.nameLength])
    let isOurClass = view.recordClass == .internet || view.recordClass == .any
    if isOurClass, let position = find(lowered, view.type, for: client) {
      writer.appendStart(query, view, code: .noError)
      appendAnswers(at: position, view, to: &writer)
      return .reply(writer.count)
    }
    guard clients[client.slot]?.forwards == true else {
      return .reply(FailureReply.write(query, .serverFailure, into: reply))
    }
    return .forward(QueryBounds(questionEnd: view.questionEnd, limit: limit))
  }

  /// The entry to answer from: the first one with records of the type, otherwise the first one of that name, for an
  /// answer without records (NODATA).
  @inline(__always)
  private func find(_ name: UnsafeRawBufferPointer, _ type: RecordType, for client: Client) -> NameTable.Position? {
    let hash = nameHash(name, seed: table.seed)
    if let scope = clients[client.slot]?.ownScope, let position = table.find(scope, name, hash: hash) {
      return position
    }
    var fallback: NameTable.Position?
    let count = clients[client.slot]?.networkScopes.count ?? 0
    for index in 0..<count {
      guard let scope = clients[client.slot]?.networkScopes[index],
        let position = table.find(scope, name, hash: hash)
      else { continue }
      if table[position].has(type) { return position }
      if fallback == nil { fallback = position }
    }
    return fallback
  }

  private mutating func appendAnswers(
    at position: NameTable.Position, _ view: QueryView, to writer: inout ReplyWriter
  ) {
    let reserve = view.edns == nil ? 0 : ReplyWriter.ednsLength
    var answers: UInt16 = 0
    var isComplete = true
    if view.type == .a || view.type == .any, !table[position].addresses4.isEmpty {
      let first = table.nextRotation4(at: position)
      isComplete = writer.appendAddresses(
        table[position].addresses4, .a, width: 4, from: first, reserve: reserve, count: &answers)
    }
    if view.type == .aaaa || view.type == .any, isComplete, !table[position].addresses6.isEmpty {
      let first = table.nextRotation6(at: position)
      isComplete = writer.appendAddresses(
        table[position].addresses6, .aaaa, width: 16, from: first, reserve: reserve, count: &answers)
    }
    if view.type == .ptr || view.type == .any, isComplete {
      for target in table[position].targets {
        guard writer.fits(ReplyWriter.recordHeadLength + target.count, reserve: reserve) else {
          isComplete = false
          break
        }
        writer.appendRecordHead(.ptr, ttl: Self.timeToLive, length: target.count)
        target.withUnsafeBytes { writer.append($0) }
        answers += 1
      }
    }
    writer.put(answers, at: 6)
    if !isComplete { writer.setTruncated() }
    if let edns = view.edns {
      // The only known EDNS flag is DNSSEC OK; the reply repeats it (RFC 3225).
      writer.appendEDNS(extendedCode: 0, flags: edns.flags & 0x8000)
      writer.put(1, at: 10)
    }
  }
}

extension NameTable.Entry {
  @inline(__always)
  fileprivate func has(_ type: RecordType) -> Bool {
    switch type {
    case .a: !addresses4.isEmpty
    case .aaaa: !addresses6.isEmpty
    case .ptr: !targets.isEmpty
    default: true
    }
  }
}

extension NameTable {
  /// The index of the first address in this answer, for round robin. Writes nothing for a single address, the usual
  /// case.
  @inline(__always)
  fileprivate mutating func nextRotation4(at position: Position) -> Int {
    let count = self[position].addresses4.count / 4
    guard count > 1 else { return 0 }
    defer { self[position].rotation4 &+= 1 }
    return Int(self[position].rotation4) % count
  }

  @inline(__always)
  fileprivate mutating func nextRotation6(at position: Position) -> Int {
    let count = self[position].addresses6.count / 16
    guard count > 1 else { return 0 }
    defer { self[position].rotation6 &+= 1 }
    return Int(self[position].rotation6) % count
  }
}

extension ReplyWriter {
  /// Writes header and question. The reply offers recursion, because other names are forwarded. It is not
  /// authoritative, as in Docker.
  @inline(__always)
  mutating func appendStart(_ query: UnsafeRawBufferPointer, _ view: QueryView, code: ResponseCode) {
    append(UnsafeRawBufferPointer(rebasing: query[..<view.questionEnd]))
    put(FailureReply.responseFlags(view.flags, code), at: 2)
    put(0, at: 6)
    put(0, at: 8)
    put(0, at: 10)
  }

  mutating func setTruncated() {
    put(UnsafeRawBufferPointer(buffer).number16(2) | MessageFlags.truncated, at: 2)
  }

  /// - Returns: `false` when not all addresses fit. Those that fit are included, because some resolvers do not retry
  ///   over TCP (musl before 1.2.4).
  @inline(__always)
  fileprivate mutating func appendAddresses(
    _ addresses: [UInt8], _ type: RecordType, width: Int, from first: Int, reserve: Int, count: inout UInt16
  ) -> Bool {
    let total = addresses.count / width
    for offset in 0..<total {
      guard fits(Self.recordHeadLength + width, reserve: reserve) else { return false }
      var index = first + offset
      if index >= total { index -= total }
      appendRecordHead(type, ttl: Zone.timeToLive, length: width)
      addresses.withUnsafeBytes {
        append(UnsafeRawBufferPointer(rebasing: $0[(index * width)..<(index * width + width)]))
      }
      count += 1
    }
    return true
  }
}

import Addressing

/// What becomes of a question.
public enum Resolution: Hashable, Sendable {
  /// The reply has been written; this many octets of it.
  case reply(Int)
  /// The name is not ours: ask the sandbox's upstreams.
  case forward(ForwardedQuestion)
  /// No answer at all.
  case ignore
}

/// What is to be known of a question that is handed on as it is.
public struct ForwardedQuestion: Hashable, Sendable {
  /// Header and question: what a response must repeat.
  public let questionEnd: Int
  /// The longest response that the one who asked takes.
  public let limit: Int

  public init(questionEnd: Int, limit: Int) {
    self.questionEnd = questionEnd
    self.limit = limit
  }
}

/// How a question came, which bounds the reply.
public enum QueryTransport: Hashable, Sendable {
  case udp
  case tcp
}

extension Zone {
  /// Seconds for which an answer may be kept. Docker says 600; but its names move only when containers do, while ours
  /// move under running containers (`network connect` and `disconnect`, aliases that change hands), and a question
  /// costs a few microseconds within the host. Not zero, which some resolvers take as a fault.
  public static let timeToLive: UInt32 = 5

  /// The largest question taken and answer given over UDP, in octets. Everything passes through the loopback of the
  /// sandbox, so fragmentation, the reason for smaller sizes (RFC 9715), is no matter.
  public static let largestDatagram: UInt16 = 4096

  /// Answers a question as it lies in memory, without allocating any.
  ///
  /// - Parameters:
  ///   - query: the message that was received.
  ///   - asker: whose names count.
  ///   - reply: where the reply is written: 4096 octets for UDP, 65,535 for TCP. Must not overlap the query.
  @inline(never)
  public mutating func answer(
    _ query: UnsafeRawBufferPointer, from asker: Asker, over transport: QueryTransport,
    into reply: UnsafeMutableRawBufferPointer
  ) -> Resolution {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { name in
      switch QueryView.read(query, name: name) {
      case .ignore: .ignore
      case .refuse(let code): .reply(FailureReply.writeHeader(query, code, into: reply))
      case .query(let view): answer(query, view, name, from: asker, over: transport, into: reply)
      }
    }
  }

  private mutating func answer(
    _ query: UnsafeRawBufferPointer, _ view: QueryView, _ name: UnsafeMutableRawBufferPointer, from asker: Asker,
    over transport: QueryTransport, into reply: UnsafeMutableRawBufferPointer
  ) -> Resolution {
    guard asker.slot < askers.count, askers[asker.slot] != nil else { return .ignore }
    let limit =
      switch transport {
      case .udp: min(max(512, Int(view.edns?.payloadSize ?? 512)), Int(Self.largestDatagram), reply.count)
      case .tcp: min(65535, reply.count)
      }
    var writer = ReplyWriter(reply, limit: limit)
    if let edns = view.edns, edns.version != 0 {
      // BADVERS (RFC 6891, 6.1.3): 16, of which the upper bits stand in the OPT record.
      writer.appendStart(query, view, code: .noError)
      writer.appendEDNS(extendedCode: 1, flags: 0)
      writer.put(1, at: 10)
      return .reply(writer.count)
    }
    let lowered = UnsafeRawBufferPointer(rebasing: name[..<view.nameLength])
    let isOurClass = view.recordClass == .internet || view.recordClass == .any
    if isOurClass, let position = find(lowered, view.type, for: asker) {
      writer.appendStart(query, view, code: .noError)
      appendAnswers(at: position, view, to: &writer)
      return .reply(writer.count)
    }
    guard askers[asker.slot]?.forwards == true else {
      return .reply(FailureReply.write(query, .serverFailure, into: reply))
    }
    return .forward(ForwardedQuestion(questionEnd: view.questionEnd, limit: limit))
  }

  /// The entry to answer from: the first that has what is asked for; else the first of the name, for an answer that
  /// says the name is there but has nothing of the type.
  @inline(__always)
  private func find(_ name: UnsafeRawBufferPointer, _ type: RecordType, for asker: Asker) -> NameTable.Position? {
    let hash = nameHash(name, seed: table.seed)
    if let scope = askers[asker.slot]?.ownScope, let position = table.find(scope, name, hash: hash) {
      return position
    }
    var second: NameTable.Position?
    let count = askers[asker.slot]?.networkScopes.count ?? 0
    for index in 0..<count {
      guard let scope = askers[asker.slot]?.networkScopes[index],
        let position = table.find(scope, name, hash: hash)
      else { continue }
      if table[position].has(type) { return position }
      if second == nil { second = position }
    }
    return second
  }

  private mutating func appendAnswers(
    at position: NameTable.Position, _ view: QueryView, to writer: inout ReplyWriter
  ) {
    let reserve = view.edns == nil ? 0 : ReplyWriter.ednsLength
    var answers: UInt16 = 0
    var isComplete = true
    if view.type == .a || view.type == .any, !table[position].addresses4.isEmpty {
      let turn = table.takeTurn4(at: position)
      isComplete = writer.appendAddresses(
        table[position].addresses4, .a, width: 4, from: turn, reserve: reserve, count: &answers)
    }
    if view.type == .aaaa || view.type == .any, isComplete, !table[position].addresses6.isEmpty {
      let turn = table.takeTurn6(at: position)
      isComplete = writer.appendAddresses(
        table[position].addresses6, .aaaa, width: 16, from: turn, reserve: reserve, count: &answers)
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
      // Of the flags only DNSSEC OK is known, and it is repeated (RFC 3225).
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
  /// Which address comes first in this answer: each in turn. Nothing is written when there is nothing to turn, the
  /// usual case.
  @inline(__always)
  fileprivate mutating func takeTurn4(at position: Position) -> Int {
    let count = self[position].addresses4.count / 4
    guard count > 1 else { return 0 }
    defer { self[position].turn4 &+= 1 }
    return Int(self[position].turn4) % count
  }

  @inline(__always)
  fileprivate mutating func takeTurn6(at position: Position) -> Int {
    let count = self[position].addresses6.count / 16
    guard count > 1 else { return 0 }
    defer { self[position].turn6 &+= 1 }
    return Int(self[position].turn6) % count
  }
}

extension ReplyWriter {
  /// Header and question. Recursion is offered, as the rest is forwarded; the answer is not marked authoritative, as
  /// Docker's is not.
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

  /// - Returns: false when not all fit. Those that do are there all the same: resolvers that do not ask again over TCP
  ///   (musl's, before 1.2.4) then work with what they have.
  @inline(__always)
  fileprivate mutating func appendAddresses(
    _ addresses: [UInt8], _ type: RecordType, width: Int, from first: Int, reserve: Int, count: inout UInt16
  ) -> Bool {
    let total = addresses.count / width
    for index in 0..<total {
      guard fits(Self.recordHeadLength + width, reserve: reserve) else { return false }
      var place = first + index
      if place >= total { place -= total }
      appendRecordHead(type, ttl: Zone.timeToLive, length: width)
      addresses.withUnsafeBytes {
        append(UnsafeRawBufferPointer(rebasing: $0[(place * width)..<(place * width + width)]))
      }
      count += 1
    }
    return true
  }
}

package import Addressing

/// A complete DNS message (RFC 1035, 4.1). For tools and tests; the resolver answers queries on their bytes.
package struct Message: Hashable, Sendable {
  package var id: UInt16
  package var flags: MessageFlags
  package var questions: [Question]
  package var answers: [ResourceRecord]
  package var authorities: [ResourceRecord]
  package var additionals: [ResourceRecord]

  package init(
    id: UInt16, flags: MessageFlags = MessageFlags(), questions: [Question] = [], answers: [ResourceRecord] = [],
    authorities: [ResourceRecord] = [], additionals: [ResourceRecord] = []
  ) {
    self.id = id
    self.flags = flags
    self.questions = questions
    self.answers = answers
    self.authorities = authorities
    self.additionals = additionals
  }

  /// The OPT record, if there is one.
  package var edns: ResourceRecord? { additionals.first { $0.type == .opt } }
}

/// The flags in the third and fourth octet of the header.
package struct MessageFlags: RawRepresentable, Hashable, Sendable {
  package var rawValue: UInt16

  package init(rawValue: UInt16 = 0) {
    self.rawValue = rawValue
  }

  package var isResponse: Bool { self[15] }
  package var opcode: UInt8 { UInt8(rawValue >> 11 & 15) }
  package var isTruncated: Bool { self[9] }
  package var recursionDesired: Bool { self[8] }
  package var recursionAvailable: Bool { self[7] }
  package var responseCode: ResponseCode { ResponseCode(rawValue: UInt8(rawValue & 15)) }

  private subscript(bit: UInt16) -> Bool { rawValue >> bit & 1 == 1 }

  static let response: UInt16 = 0x8000
  static let truncated: UInt16 = 0x0200
  static let recursionDesired: UInt16 = 0x0100
  static let recursionAvailable: UInt16 = 0x0080
  static let checkingDisabled: UInt16 = 0x0010

  /// The flags of a usual query: recursion desired.
  package static let query = MessageFlags(rawValue: recursionDesired)
}

package struct Question: Hashable, Sendable {
  package var name: DomainName
  package var type: RecordType
  package var `class`: RecordClass

  package init(_ name: DomainName, _ type: RecordType, class: RecordClass = .internet) {
    self.name = name
    self.type = type
    self.class = `class`
  }
}

package struct ResourceRecord: Hashable, Sendable {
  package var name: DomainName
  package var type: RecordType
  /// In an OPT record, the requestor's UDP payload size.
  package var `class`: RecordClass
  /// Seconds. In an OPT record, the extended response code, version and flags.
  package var ttl: UInt32
  package var data: RecordData

  package init(
    name: DomainName, type: RecordType, class: RecordClass = .internet, ttl: UInt32, data: RecordData
  ) {
    self.name = name
    self.type = type
    self.class = `class`
    self.ttl = ttl
    self.data = data
  }

  /// The OPT record of a query.
  package static func edns(payloadSize: UInt16, version: UInt8 = 0) -> ResourceRecord {
    ResourceRecord(
      name: .root, type: .opt, class: RecordClass(rawValue: payloadSize), ttl: UInt32(version) << 16, data: .opaque([]))
  }
}

package enum RecordData: Hashable, Sendable {
  case a(IPv4Address)
  case aaaa(IPv6Address)
  /// NS, CNAME and PTR.
  case name(DomainName)
  case soa(StartOfAuthority)
  /// The encoded data. In record types older than RFC 3597 it can contain pointers into the original message.
  case opaque([UInt8])
}

/// RFC 1035, 3.3.13. Times in seconds.
package struct StartOfAuthority: Hashable, Sendable {
  package var primary: DomainName
  package var mailbox: DomainName
  package var serial: UInt32
  package var refresh: UInt32
  package var retry: UInt32
  package var expire: UInt32
  package var minimum: UInt32

  package init(
    primary: DomainName, mailbox: DomainName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32,
    minimum: UInt32
  ) {
    self.primary = primary
    self.mailbox = mailbox
    self.serial = serial
    self.refresh = refresh
    self.retry = retry
    self.expire = expire
    self.minimum = minimum
  }
}

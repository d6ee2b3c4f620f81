public import Addressing

/// A complete DNS message (RFC 1035, 4.1). For tools and tests; the resolver answers queries on their bytes.
public struct Message: Hashable, Sendable {
  public var id: UInt16
  public var flags: MessageFlags
  public var questions: [Question]
  public var answers: [ResourceRecord]
  public var authorities: [ResourceRecord]
  public var additionals: [ResourceRecord]

  public init(
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
  public var edns: ResourceRecord? { additionals.first { $0.type == .opt } }
}

/// The flags in the third and fourth octet of the header.
public struct MessageFlags: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt16

  public init(rawValue: UInt16 = 0) {
    self.rawValue = rawValue
  }

  public var isResponse: Bool { self[15] }
  public var opcode: UInt8 { UInt8(rawValue >> 11 & 15) }
  public var isAuthoritative: Bool { self[10] }
  public var isTruncated: Bool { self[9] }
  public var recursionDesired: Bool { self[8] }
  public var recursionAvailable: Bool { self[7] }
  public var responseCode: ResponseCode { ResponseCode(rawValue: UInt8(rawValue & 15)) }

  private subscript(bit: UInt16) -> Bool { rawValue >> bit & 1 == 1 }

  static let response: UInt16 = 0x8000
  static let truncated: UInt16 = 0x0200
  static let recursionDesired: UInt16 = 0x0100
  static let recursionAvailable: UInt16 = 0x0080
  static let checkingDisabled: UInt16 = 0x0010

  /// The flags of a usual query: recursion desired.
  public static let query = MessageFlags(rawValue: recursionDesired)
}

public struct Question: Hashable, Sendable {
  public var name: DomainName
  public var type: RecordType
  public var `class`: RecordClass

  public init(_ name: DomainName, _ type: RecordType, class: RecordClass = .internet) {
    self.name = name
    self.type = type
    self.class = `class`
  }
}

public struct ResourceRecord: Hashable, Sendable {
  public var name: DomainName
  public var type: RecordType
  /// In an OPT record, the requestor's UDP payload size.
  public var `class`: RecordClass
  /// Seconds. In an OPT record, the extended response code, version and flags.
  public var ttl: UInt32
  public var data: RecordData

  public init(
    name: DomainName, type: RecordType, class: RecordClass = .internet, ttl: UInt32, data: RecordData
  ) {
    self.name = name
    self.type = type
    self.class = `class`
    self.ttl = ttl
    self.data = data
  }

  /// The OPT record of a query.
  public static func edns(payloadSize: UInt16, version: UInt8 = 0) -> ResourceRecord {
    ResourceRecord(
      name: .root, type: .opt, class: RecordClass(rawValue: payloadSize), ttl: UInt32(version) << 16, data: .opaque([]))
  }
}

public enum RecordData: Hashable, Sendable {
  case a(IPv4Address)
  case aaaa(IPv6Address)
  /// NS, CNAME and PTR.
  case name(DomainName)
  case soa(StartOfAuthority)
  /// The encoded data. In record types older than RFC 3597 it can contain pointers into the original message.
  case opaque([UInt8])
}

/// RFC 1035, 3.3.13. Times in seconds.
public struct StartOfAuthority: Hashable, Sendable {
  public var primary: DomainName
  public var mailbox: DomainName
  public var serial: UInt32
  public var refresh: UInt32
  public var retry: UInt32
  public var expire: UInt32
  public var minimum: UInt32

  public init(
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

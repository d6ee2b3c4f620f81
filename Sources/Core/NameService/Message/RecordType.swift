/// A resource record type or query type (RFC 1035, 3.2.2 and 3.2.3).
package struct RecordType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package static let a = RecordType(rawValue: 1)
  package static let ns = RecordType(rawValue: 2)
  package static let cname = RecordType(rawValue: 5)
  package static let soa = RecordType(rawValue: 6)
  package static let ptr = RecordType(rawValue: 12)
  package static let mx = RecordType(rawValue: 15)
  package static let txt = RecordType(rawValue: 16)
  /// RFC 3596.
  package static let aaaa = RecordType(rawValue: 28)
  /// The pseudo record type of EDNS (RFC 6891).
  package static let opt = RecordType(rawValue: 41)
  /// The query type for all types.
  package static let any = RecordType(rawValue: 255)
}

/// A record class (RFC 1035, 3.2.4). Only `internet` is in use.
package struct RecordClass: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package static let internet = RecordClass(rawValue: 1)
  package static let chaos = RecordClass(rawValue: 3)
  package static let any = RecordClass(rawValue: 255)
}

/// A resource record type or query type (RFC 1035, 3.2.2 and 3.2.3).
public struct RecordType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static let a = RecordType(rawValue: 1)
  public static let ns = RecordType(rawValue: 2)
  public static let cname = RecordType(rawValue: 5)
  public static let soa = RecordType(rawValue: 6)
  public static let ptr = RecordType(rawValue: 12)
  public static let mx = RecordType(rawValue: 15)
  public static let txt = RecordType(rawValue: 16)
  /// RFC 3596.
  public static let aaaa = RecordType(rawValue: 28)
  /// The pseudo record type of EDNS (RFC 6891).
  public static let opt = RecordType(rawValue: 41)
  /// The query type for all types.
  public static let any = RecordType(rawValue: 255)
}

/// A record class (RFC 1035, 3.2.4). Only `internet` is in use.
public struct RecordClass: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static let internet = RecordClass(rawValue: 1)
  public static let chaos = RecordClass(rawValue: 3)
  public static let any = RecordClass(rawValue: 255)
}

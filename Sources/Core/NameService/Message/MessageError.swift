/// Why bytes are not a DNS message.
package enum MessageError: Error, Hashable, Sendable {
  /// The message ends too early.
  case truncated
  /// The first two bits of a label are neither a length nor a pointer (RFC 1035, 4.1.4).
  case badLabel
  /// A compression pointer does not point backwards. Following it could loop forever.
  case badPointer
  /// A name is longer than 255 octets.
  case nameTooLong
  /// The length of record data does not fit its type.
  case badRecordData
}

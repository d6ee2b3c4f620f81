/// Why bytes are no DNS message.
public enum MessageError: Error, Hashable, Sendable {
  /// It ends in the middle of something.
  case truncated
  /// A label's first two bits are neither those of a length nor those of a pointer (RFC 1035, 4.1.4).
  case badLabel
  /// A compression pointer that does not point backwards; following it could go on for ever.
  case badPointer
  /// A name of more than 255 octets.
  case nameTooLong
  /// Record data whose length does not fit its type.
  case badRecordData
}

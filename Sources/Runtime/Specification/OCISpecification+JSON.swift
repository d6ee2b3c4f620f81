import FoundationEssentials
import Synchronization

extension OCISpecification {
  private static let filters = Mutex<[Seccomp: [UInt8]]>([:])

  /// As `config.json`.
  ///
  /// The filter, by far the largest part, is the same for most containers: its text is kept and put into place, which
  /// takes the cost of writing a specification from milliseconds to tenths of one.
  public func json() throws -> [UInt8] {
    var rest = self
    rest.linux.seccomp = nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    var bytes = Array(try encoder.encode(rest))
    if let filter = linux.seccomp {
      let text = try Self.text(of: filter, encoder)
      // Inside a JSON string every quotation mark has a backslash before it, so this can only be the key.
      if let place = bytes.firstRange(of: Array("\"linux\":{".utf8))?.upperBound {
        bytes.insert(contentsOf: Array("\"seccomp\":".utf8) + text + [UInt8(ascii: ",")], at: place)
      }
    }
    return bytes
  }

  private static func text(of filter: Seccomp, _ encoder: JSONEncoder) throws -> [UInt8] {
    if let known = filters.withLock({ $0[filter] }) { return known }
    let text = Array(try encoder.encode(filter))
    filters.withLock { filters in
      if filters.count >= 32 { filters.removeAll() }
      filters[filter] = text
    }
    return text
  }
}

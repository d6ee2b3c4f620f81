import FoundationEssentials

extension OCISpecification {
  /// As `config.json`.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }
}

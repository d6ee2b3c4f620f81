/// Docker's rule for the names of containers and volumes.
package enum ObjectName {
  /// Whether a name matches `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.
  package static func isValid(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count >= 2 else { return false }
    return name.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

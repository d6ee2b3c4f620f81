/// The key sequence that detaches a client from a container: `ctrl-p,ctrl-q` by default.
package struct DetachKeys: Sendable, Hashable {
  /// A key that the syntax does not have.
  package struct UnknownKey: Error, Equatable {
    package let key: String
  }

  package let bytes: [UInt8]

  package static let standard = DetachKeys(bytes: [16, 17])

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Parses keys separated by commas: a character, or `ctrl-` with a letter or one of `@[\]^_`. An empty text means the
  /// default keys.
  package init(_ text: String) throws(UnknownKey) {
    guard !text.isEmpty else {
      self = .standard
      return
    }
    var bytes: [UInt8] = []
    for key in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let byte = Self.byte(key) else { throw UnknownKey(key: String(key)) }
      bytes.append(byte)
    }
    self.bytes = bytes
  }

  private static func byte(_ key: Substring) -> UInt8? {
    if key.utf8.count == 1 { return key.utf8.first }
    let name = key.lowercased()
    guard name.hasPrefix("ctrl-"), name.utf8.count == 6, let letter = name.utf8.last,
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || "@[\\]^_".utf8.contains(letter)
    else { return nil }
    return letter & 0x1F
  }
}

/// Finds the detach keys in typed input. A partial match is held back until the next bytes decide.
package struct DetachScanner: Sendable {
  private let keys: [UInt8]
  private var matched = 0

  package init(_ keys: DetachKeys) { self.keys = keys.bytes }

  /// - Returns: the bytes to pass on, and whether the keys were found. Bytes after the keys are dropped.
  package mutating func scan(_ bytes: some Collection<UInt8>) -> (passed: [UInt8], detached: Bool) {
    var passed: [UInt8] = []
    for byte in bytes {
      if byte == keys[matched] {
        matched += 1
        if matched == keys.count { return (passed, true) }
        continue
      }
      passed += keys[..<matched]
      matched = byte == keys[0] ? 1 : 0
      if matched == 0 { passed.append(byte) }
    }
    return (passed, false)
  }
}

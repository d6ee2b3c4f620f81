public import EngineModel

/// The keys with which a person lets go of a program's terminal without ending the program: `ctrl-p,ctrl-q` unless
/// told otherwise.
public struct DetachKeys: Sendable, Hashable {
  public let bytes: [UInt8]

  public static let standard = DetachKeys(bytes: [16, 17])

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Keys parted by commas: a character, or `ctrl-` and a letter or one of `@[\]^_`. Empty: the standard keys.
  ///
  /// - Throws: `invalidParameter` in dockerd's words.
  public init(_ text: String) throws(EngineError) {
    guard !text.isEmpty else {
      self = .standard
      return
    }
    var bytes: [UInt8] = []
    for key in text.split(separator: ",", omittingEmptySubsequences: false) {
      if key.utf8.count == 1, let byte = key.utf8.first {
        bytes.append(byte)
      } else if key.hasPrefix("ctrl-"), key.utf8.count == 6, let letter = key.lowercased().utf8.last,
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || "@[\\]^_".utf8.contains(letter)
      {
        bytes.append(letter & 0x1F)
      } else {
        throw EngineError(.invalidParameter, "Invalid escape keys (\(text)) provided: Unknown character: '\(key)'")
      }
    }
    self.bytes = bytes
  }
}

/// Looks for the keys in what a person types. The beginning of a match is held back until it is clear that it is none.
public struct DetachScanner: Sendable {
  private let keys: [UInt8]
  private var matched = 0

  public init(_ keys: DetachKeys) { self.keys = keys.bytes }

  /// What to pass on of these bytes, and whether the keys were among them; what follows the keys is dropped.
  public mutating func scan(_ bytes: some Collection<UInt8>) -> (passed: [UInt8], detached: Bool) {
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

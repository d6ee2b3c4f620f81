/// The keys that let go of a container's terminal, `ctrl-p,ctrl-q` unless said otherwise.
struct DetachKeys: Hashable, Sendable {
  static let standard = DetachKeys(sequence: [16, 17])

  let sequence: [UInt8]

  private init(sequence: [UInt8]) {
    self.sequence = sequence
  }

  /// Keys separated by commas: a letter or sign, or `ctrl-` with a letter, `@`, `[`, `\`, `]`, `^` or `_`.
  ///
  /// - Throws: ``UsageError`` of kind `value`.
  init(_ text: String) throws(UsageError) {
    guard !text.isEmpty else {
      self = .standard
      return
    }
    var sequence: [UInt8] = []
    for key in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let byte = Self.byte(key) else {
        throw .value("invalid detach keys (\(text)): Unknown character: '\(key)'")
      }
      sequence.append(byte)
    }
    self.sequence = sequence
  }

  private static func byte(_ key: Substring) -> UInt8? {
    if key.utf8.count == 1 { return key.utf8.first }
    guard key.lowercased().hasPrefix("ctrl-"), key.utf8.count == 6, let letter = key.lowercased().utf8.last else {
      return nil
    }
    switch letter {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return letter - UInt8(ascii: "a") + 1
    case UInt8(ascii: "@"), UInt8(ascii: "[")...UInt8(ascii: "_"): return letter & 0x1F
    default: return nil
    }
  }
}

/// Watches what is typed for the keys that detach. Keys that may yet become the sequence are held back, and given up
/// when they do not.
struct DetachScanner: Sendable {
  enum Outcome: Equatable, Sendable {
    case forward([UInt8])
    /// The sequence is complete; what was typed before it is still to be sent.
    case detach(before: [UInt8])
  }

  private let sequence: [UInt8]
  private var matched = 0

  init(_ keys: DetachKeys) { sequence = keys.sequence }

  mutating func scan(_ bytes: some Sequence<UInt8>) -> Outcome {
    var forwarded: [UInt8] = []
    for byte in bytes {
      if byte == sequence[matched] {
        matched += 1
        if matched == sequence.count {
          matched = 0
          return .detach(before: forwarded)
        }
      } else {
        forwarded += sequence[..<matched]
        matched = byte == sequence[0] ? 1 : 0
        if matched == 0 { forwarded.append(byte) }
      }
    }
    return .forward(forwarded)
  }
}

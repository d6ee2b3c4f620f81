import EngineModel

/// Reads driver options and refuses wrong ones in dockerd's words.
struct OptionReader {
  private let options: [String: String]

  init(_ options: [String: String]) {
    self.options = options
  }

  /// Accepts the forms of Go's `strconv.ParseBool`, which Docker uses.
  func flag(_ key: String) throws(EngineError) -> Bool? {
    try value(key, { "strconv.ParseBool: parsing \"\($0)\": invalid syntax" }) {
      switch $0 {
      case "1", "t", "T", "true", "TRUE", "True": true
      case "0", "f", "F", "false", "FALSE", "False": false
      default: nil
      }
    }
  }

  /// - Parameter reason: why `parse` refused a text.
  func value<Value>(
    _ key: String, _ reason: (String) -> String, _ parse: (String) -> Value?
  ) throws(EngineError) -> Value? {
    guard let text = options[key] else { return nil }
    guard let value = parse(text) else {
      throw EngineError(.invalidParameter, "failed to parse \(key) value: \(text) (\(reason(text)))")
    }
    return value
  }

  /// One of the `allowed` values; the first one if the option is missing or empty.
  func choice(
    _ key: String, _ allowed: [String], _ refusal: (String) -> String
  ) throws(EngineError) -> String {
    guard let text = options[key], !text.isEmpty else { return allowed[0] }
    guard allowed.contains(text) else { throw EngineError(.invalidParameter, refusal(text)) }
    return text
  }

  /// The MTU in bytes; `nil` for 0, which leaves it to the kernel.
  ///
  /// - Parameter least: 68 for IPv4 (RFC 791), 1280 with IPv6 (RFC 8200): below that the kernel disables IPv6.
  func mtu(atLeast least: UInt32) throws(EngineError) -> UInt32? {
    let key = BridgeOptions.mtuKey
    let number = try value(key, { "strconv.Atoi: parsing \"\($0)\": invalid syntax" }) { Int($0) }
    guard let number, number != 0 else { return nil }
    guard let size = UInt32(exactly: number), (68...65535).contains(size) else {
      throw EngineError(.invalidParameter, "invalid MTU number: \(number)")
    }
    guard size >= least else {
      throw EngineError(.invalidParameter, "invalid MTU number: \(number): IPv6 needs \(least) at least")
    }
    return size
  }
}

extension Network {
  /// The smallest MTU that the network's families allow.
  var minimumMTU: UInt32 { enableIPv6 ? 1280 : 68 }
}

public import EngineModel

/// Reads driver options with one wording, dockerd's, for everything that is wrong with them.
struct OptionReader {
  private let options: [String: String]

  init(_ options: [String: String]) {
    self.options = options
  }

  /// The forms that Go's `strconv.ParseBool` takes, since that is what users of Docker write.
  func flag(_ key: String) throws(EngineError) -> Bool? {
    try value(key, { "strconv.ParseBool: parsing \"\($0)\": invalid syntax" }) {
      switch $0 {
      case "1", "t", "T", "true", "TRUE", "True": true
      case "0", "f", "F", "false", "FALSE", "False": false
      default: nil
      }
    }
  }

  /// - Parameter reason: what is wrong with a text that `parse` does not take.
  func value<Value>(
    _ key: String, _ reason: (String) -> String, _ parse: (String) -> Value?
  ) throws(EngineError) -> Value? {
    guard let text = options[key] else { return nil }
    guard let value = parse(text) else {
      throw EngineError(.invalidParameter, "failed to parse \(key) value: \(text) (\(reason(text)))")
    }
    return value
  }

  /// One of a few words, the first of which stands for an empty text or none.
  func choice(
    _ key: String, _ allowed: [String], _ refusal: (String) -> String
  ) throws(EngineError) -> String {
    guard let text = options[key], !text.isEmpty else { return allowed[0] }
    guard allowed.contains(text) else { throw EngineError(.invalidParameter, refusal(text)) }
    return text
  }

  /// Bytes in a packet, `nil` for 0, which leaves it to the kernel.
  ///
  /// - Parameter least: 68 for IPv4 (RFC 791), 1280 where there is IPv6 (RFC 8200): with less the kernel turns it off.
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
  /// The least size of packets that the network's families can do with.
  var minimumMTU: UInt32 { enableIPv6 ? 1280 : 68 }

  /// Options that say in another way what a network's own fields say.
  private static let commonKeys: Set<String> = ["com.docker.network.enable_ipv4", "com.docker.network.enable_ipv6"]

  /// Options that mean nothing to the driver: kept and shown, as in Docker, but without effect. Sorted.
  public var unknownOptions: [String] {
    let known: Set<String>
    switch driver {
    case .bridge: known = BridgeOptions.keys
    case .macvlan, .ipvlan: known = ParentLinkOptions.keys(of: driver)
    case .overlay: known = OverlayOptions.keys
    default: return []
    }
    return options.keys.filter { !known.contains($0) && !Self.commonKeys.contains($0) }.sorted()
  }
}

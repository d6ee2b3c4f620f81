/// RFC 4648, with padding.
enum Base64 {
  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let safeInAddresses = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// - Parameter isSafeInAddresses: with `-` and `_`, as the headers of the Docker API have it.
  static func encode(_ bytes: some Sequence<UInt8>, isSafeInAddresses: Bool = false) -> String {
    let alphabet = isSafeInAddresses ? safeInAddresses : standard
    var text: [UInt8] = []
    var pending: UInt32 = 0
    var count = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      count += 1
      guard count == 3 else { continue }
      for shift in [18, 12, 6, 0] { text.append(alphabet[Int(pending >> UInt32(shift) & 63)]) }
      pending = 0
      count = 0
    }
    if count > 0 {
      pending <<= UInt32(8 * (3 - count))
      for index in 0..<4 {
        text.append(index <= count ? alphabet[Int(pending >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes both alphabets, padded or not; `nil` for other characters.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var pending: UInt32 = 0
    var count = 0
    for character in text.utf8 where character != UInt8(ascii: "=") {
      guard let value = value(character) else { return nil }
      pending = pending << 6 | UInt32(value)
      count += 1
      guard count == 4 else { continue }
      bytes += [UInt8(pending >> 16 & 255), UInt8(pending >> 8 & 255), UInt8(pending & 255)]
      pending = 0
      count = 0
    }
    switch count {
    case 0: break
    case 2: bytes.append(UInt8(pending >> 4 & 255))
    case 3: bytes += [UInt8(pending >> 10 & 255), UInt8(pending >> 2 & 255)]
    default: return nil
    }
    return bytes
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}

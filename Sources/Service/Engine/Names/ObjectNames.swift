import EngineModel

/// What may be the name of an object.
enum ObjectNames {
  /// `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, as Docker has it for containers and volumes.
  static func isRestricted(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count >= 2 else { return false }
    return name.utf8.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// - Returns: the name without its slash.
  static func container(_ text: String) throws(EngineError) -> String {
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    guard isRestricted(name) else {
      throw EngineError(
        .invalidParameter, "Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    }
    return name
  }

  static func volume(_ name: String) throws(EngineError) {
    guard name.utf8.count != 1 else {
      throw EngineError(
        .invalidParameter, "volume name is too short, names should be at least two alphanumeric characters")
    }
    guard isRestricted(name) else {
      throw EngineError(
        .invalidParameter,
        "\"\(name)\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
          + "allowed. If you intended to pass a host directory, use absolute path")
    }
  }

  /// Docker takes nearly everything here. What could not be said on a command line or in an URL is refused.
  static func network(_ name: String) throws(EngineError) {
    guard name.utf8.contains(where: { $0 > 0x20 }) else {
      throw EngineError(.invalidParameter, "invalid name: name is empty")
    }
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }), name.utf8.count <= 255
    else { throw EngineError(.invalidParameter, "invalid name: \"\(name)\" has characters that a name cannot have") }
  }
}

public import EngineModel

/// What a container may be called.
public enum ContainerName {
  /// Docker's rule: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, with or without one leading slash.
  ///
  /// - Throws: `invalidParameter` in dockerd's words.
  public static func check(_ text: String) throws(EngineError) -> String {
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    let bytes = Array(name.utf8)
    guard bytes.count >= 2, let first = bytes.first, isAlphanumeric(first),
      bytes.allSatisfy({ isAlphanumeric($0) || [0x5F, 0x2E, 0x2D].contains($0) })
    else {
      throw EngineError(
        .invalidParameter,
        "Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    }
    return name
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}

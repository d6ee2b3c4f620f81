import EngineModel

/// The rules for names of objects.
enum ObjectNames {
  static func volume(_ name: String) throws(EngineError) {
    guard name.utf8.count != 1 else {
      throw EngineError(
        .invalidParameter, "volume name is too short, names should be at least two alphanumeric characters")
    }
    // The name is that of a folder (path_resolution(7), NAME_MAX).
    guard name.utf8.count <= 255 else {
      throw EngineError(.invalidParameter, "volume name is too long, names should have at most 255 characters")
    }
    guard ObjectName.isValid(name) else {
      throw EngineError(
        .invalidParameter,
        "\"\(name)\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
          + "allowed. If you intended to pass a host directory, use absolute path")
    }
  }

  /// Docker accepts nearly every name. This refuses names that do not work on a command line or in a URL.
  static func network(_ name: String) throws(EngineError) {
    guard name.utf8.contains(where: { $0 > 0x20 }) else {
      throw EngineError(.invalidParameter, "invalid name: name is empty")
    }
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }), name.utf8.count <= 255
    else { throw EngineError(.invalidParameter, "invalid name: \"\(name)\" has characters that a name cannot have") }
  }
}

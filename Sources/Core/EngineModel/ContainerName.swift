/// Validates the names of containers.
package enum ContainerName {
  /// Accepts Docker's names (``ObjectName``), with or without one leading slash.
  ///
  /// - Returns: the name without the slash.
  /// - Throws: `invalidParameter` with dockerd's message.
  package static func check(_ text: String) throws(EngineError) -> String {
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    guard ObjectName.isValid(name) else {
      throw EngineError(
        .invalidParameter, "Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    }
    return name
  }
}

import EngineAPI
import EngineModel

extension DetachKeys {
  /// - Throws: `invalidParameter` with dockerd's message.
  static func parse(_ text: String) throws(EngineError) -> DetachKeys {
    do throws(UnknownKey) {
      return try DetachKeys(text)
    } catch {
      throw EngineError(
        .invalidParameter, "Invalid escape keys (\(text)) provided: Unknown character: '\(error.key)'")
    }
  }
}

import EngineModel
import FoundationEssentials

/// JSON whose bytes depend only on the values: sorted keys, no escaped slashes.
enum CanonicalJSON {
  static func encode(_ value: some Encodable) throws(EngineError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw EngineError(.system, "encoding JSON", cause: error)
    }
  }

  /// - Parameter what: the document's name in the error, such as "manifest.json".
  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], _ what: String) throws(EngineError)
    -> Value
  {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw EngineError(.invalidParameter, "invalid \(what)", cause: error)
    }
  }
}

import EngineModel
import JSON

/// The JSON documents of images. Equal values give equal bytes, and decoding fails if a required member is absent.
enum CanonicalJSON {
  static func encode(_ value: some Encodable) throws(EngineError) -> [UInt8] {
    do {
      return try JSONEncoding.canonicalBytes(value)
    } catch {
      throw EngineError(.system, "encoding JSON", cause: error)
    }
  }

  /// - Parameter what: the document's name in the error, such as "manifest.json".
  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], _ what: String) throws(EngineError)
    -> Value
  {
    do {
      return try JSONDecoding.decode(type, from: bytes, absent: .error)
    } catch {
      throw EngineError(.invalidParameter, "invalid \(what)", cause: error)
    }
  }
}

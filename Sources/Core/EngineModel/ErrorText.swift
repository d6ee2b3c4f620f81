/// The text of an error for a user.
package enum ErrorText {
  /// The error's own description, or words in place of Swift's dump of a value.
  package static func of(_ error: any Error) -> String {
    switch error {
    case let error as DecodingError: decoding(error)
    case let error as EncodingError: encoding(error)
    case let error as any CustomStringConvertible: error.description
    default: "an unexpected error (\(type(of: error)))"
    }
  }

  private static func decoding(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context): "\(place(context.codingPath)) has another type than expected"
    case .valueNotFound(_, let context): "\(place(context.codingPath)) has no value"
    case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
    case .dataCorrupted(let context): "\(place(context.codingPath)) cannot be read"
    @unknown default: "the document cannot be read"
    }
  }

  private static func encoding(_ error: EncodingError) -> String {
    switch error {
    case .invalidValue(_, let context): "\(place(context.codingPath)) cannot be written"
    @unknown default: "the document cannot be written"
    }
  }

  /// `mounts[2].source`.
  private static func place(_ path: [any CodingKey]) -> String {
    guard !path.isEmpty else { return "the document" }
    return path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}

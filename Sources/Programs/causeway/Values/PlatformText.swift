import JSON
import EngineAPI

/// `linux/arm64/v8`, and the JSON in which newer parts of the Docker API take it.
enum PlatformText {
  static func json(_ text: String) -> String {
    let parts = text.split(separator: "/").map(String.init)
    let members = zip(["os", "architecture", "variant"], parts).map { JSONMember($0, .string($1)) }
    return JSONValue.object(members).compactText
  }
}

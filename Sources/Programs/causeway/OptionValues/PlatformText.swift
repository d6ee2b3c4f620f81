import JSON
import EngineAPI

/// Encodes `linux/arm64/v8` as the JSON that newer endpoints of the Docker API take.
enum PlatformText {
  static func json(_ text: String) -> String {
    let parts = text.split(separator: "/").map(String.init)
    let members = zip(["os", "architecture", "variant"], parts).map { JSONMember($0, .string($1)) }
    return JSONValue.object(members).compactText
  }
}

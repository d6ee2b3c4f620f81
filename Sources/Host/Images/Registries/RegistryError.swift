import EngineModel

/// Translates skopeo's errors to Docker's.
enum RegistryError {
  /// The failed action.
  enum Action: Sendable {
    case pull
    case push
  }

  /// - Parameters:
  ///   - text: skopeo's log, or an error of its proxy.
  ///   - reference: the image.
  static func error(_ text: String, _ reference: ImageReference, _ action: Action = .pull) -> EngineError {
    let message = cause(text)
    func says(_ phrases: String...) -> Bool { phrases.contains { message.contains($0) } }
    let name = reference.familiarName
    if says("requested access to the resource is denied", "access forbidden") || message.hasSuffix("denied") {
      guard action == .pull else { return EngineError(.system, "denied: requested access to the resource is denied") }
      return EngineError(
        .notFound,
        "pull access denied for \(name), repository does not exist or may require 'docker login': denied: requested "
          + "access to the resource is denied")
    }
    if says("manifest unknown") {
      return EngineError(
        .notFound, "manifest for \(reference.familiar) not found: manifest unknown: manifest unknown")
    }
    if says("name unknown", "repository name not known to registry") {
      return EngineError(
        .notFound, "repository \(name) not found: name unknown: repository name not known to registry")
    }
    if says("unauthorized", "authentication required", "invalid username/password") {
      return EngineError(.system, "unauthorized: authentication required")
    }
    return EngineError(.system, message)
  }

  /// Whether a retry may succeed: the connection broke.
  static func isTransient(_ error: EngineError) -> Bool {
    ["EOF", "connection reset", "broken pipe", "timeout", "timed out", "ended unexpectedly"].contains {
      error.message.contains($0)
    }
  }

  /// The message in the last line of skopeo's log, without skopeo's own prefixes.
  static func cause(_ text: String) -> String {
    var message = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    if let start = message.firstRange(of: "msg=\"") { message = unquoted(message[start.upperBound...]) }
    // The network error is enough: `Get "https://…/v2/": dial tcp …: connect: connection refused`.
    for mark in ["Get \"", "Head \"", "Post \"", "Put \"", "Patch \""] {
      if let start = message.firstRange(of: mark) { return String(message[start.lowerBound...]) }
    }
    return message.isEmpty ? "skopeo failed without an error message" : message
  }

  /// Unescapes a quoted text whose opening quote was removed.
  private static func unquoted(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? " " : character == "t" ? " " : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        result.append(character)
      }
    }
    return result
  }
}

import EngineModel

/// Finds, in what skopeo says went wrong, what Docker would have said.
enum RegistryError {
  /// What was being done when it went wrong.
  enum Action: Sendable {
    case pull
    case push
  }

  /// - Parameters:
  ///   - text: skopeo's log, or a message of its proxy.
  ///   - reference: the image it was about.
  static func error(_ text: String, _ reference: ImageReference, _ action: Action = .pull) -> EngineError {
    let message = cause(text)
    func says(_ words: String...) -> Bool { words.contains { message.contains($0) } }
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

  /// Whether it may be otherwise the next time: the conversation broke off.
  static func mayPass(_ error: EngineError) -> Bool {
    ["EOF", "connection reset", "broken pipe", "timeout", "timed out", "in the midst of its work"].contains {
      error.message.contains($0)
    }
  }

  /// The message of the last line of a log of skopeo's, without what names its own doings.
  static func cause(_ text: String) -> String {
    var message = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    if let start = message.firstRange(of: "msg=\"") { message = unquoted(message[start.upperBound...]) }
    // What the network said last is enough: `Get "https://…/v2/": dial tcp …: connect: connection refused`.
    for mark in ["Get \"", "Head \"", "Post \"", "Put \"", "Patch \""] {
      if let start = message.firstRange(of: mark) { return String(message[start.lowerBound...]) }
    }
    return message.isEmpty ? "skopeo failed and did not say why" : message
  }

  /// What a quoted text, whose first quote was taken away, stands for.
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

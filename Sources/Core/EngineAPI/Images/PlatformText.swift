import JSON
package import EngineModel

/// A platform as clients name it: `os[/architecture[/variant]]`, or since version 1.48 the same as JSON.
package struct PlatformText: Sendable, Hashable {
  package let operatingSystem: String
  /// Empty: not given.
  package let architecture: String
  package let variant: String

  private struct Fields: Codable {
    var os: String?
    var architecture: String?
    var variant: String?
  }

  /// - Throws: `invalidParameter`.
  package init(_ text: String) throws(EngineError) {
    if text.hasPrefix("{") {
      guard let fields = try? JSONDecoding.decode(Fields.self, from: Array(text.utf8)) else {
        throw EngineError(.invalidParameter, "failed to parse platform: \(text)")
      }
      operatingSystem = (fields.os ?? "").lowercased()
      architecture = Self.architecture(fields.architecture ?? "")
      variant = fields.variant ?? ""
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { $0.lowercased() }
    guard (1...3).contains(parts.count), !parts.contains("") else {
      throw EngineError(
        .invalidParameter, "\"\(text)\" is an invalid platform: \"os[/architecture[/variant]]\" is expected")
    }
    operatingSystem = parts[0]
    architecture = parts.count > 1 ? Self.architecture(parts[1]) : ""
    variant = parts.count > 2 ? parts[2] : ""
  }

  /// Names of the same architecture in other tools.
  private static func architecture(_ text: String) -> String {
    switch text.lowercased() {
    case "x86_64", "x86-64": "amd64"
    case "aarch64": "arm64"
    case "i386", "i686": "386"
    case let other: other
    }
  }

  /// Whether every part that is given matches.
  package func fits(operatingSystem: String, architecture: String, variant: String) -> Bool {
    (self.operatingSystem.isEmpty || self.operatingSystem == operatingSystem)
      && (self.architecture.isEmpty || self.architecture == architecture)
      && (self.variant.isEmpty || variant.isEmpty || self.variant == variant)
  }
}

extension PlatformText: CustomStringConvertible {
  package var description: String {
    [operatingSystem, architecture, variant].filter { !$0.isEmpty }.joined(separator: "/")
  }
}

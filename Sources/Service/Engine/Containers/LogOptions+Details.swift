import EngineModel

extension LogOptions {
  /// The prefix of each line in `docker logs --details`: the labels, variables and tag that the log options name, in
  /// Docker's format (moby: `daemon/logger/loginfo.go`).
  var details: String {
    attributes.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
      .joined(separator: ",")
  }

  var attributes: [String: String] {
    let options = container.host.logConfiguration.options
    let configuration = container.configuration
    var result = Self.chosen(configuration.labels, options["labels"], options["labels-regex"])
    let variables = configuration.environment.compactMap { variable -> (String, String)? in
      guard let sign = variable.firstIndex(of: "=") else { return nil }
      return (String(variable[..<sign]), String(variable[variable.index(after: sign)...]))
    }
    result.merge(
      Self.chosen(Dictionary(variables) { $1 }, options["env"], options["env-regex"])
    ) { $1 }
    if let tag = options["tag"], !tag.isEmpty { result["tag"] = expanded(tag) }
    return result
  }

  private static func chosen(
    _ values: [String: String], _ names: String?, _ pattern: String?
  ) -> [String: String] {
    let names = Set((names ?? "").split(separator: ",").map(String.init))
    let expression = pattern.flatMap { $0.isEmpty ? nil : try? Regex($0) }
    return values.filter { key, _ in
      names.contains(key) || expression.map { key.firstMatch(of: $0) != nil } ?? false
    }
  }

  /// A tag's templates (Docker: `logging/log_tags`).
  private func expanded(_ tag: String) -> String {
    let values = [
      "ID": container.id.short, "FullID": container.id.rawValue, "Name": container.name,
      "ImageID": String(container.imageID.drop { $0 != ":" }.dropFirst().prefix(12)),
      "ImageFullID": container.imageID, "ImageName": container.configuration.image, "DaemonName": "docker",
    ]
    return values.reduce(tag) { $0.replacing("{{.\($1.key)}}", with: $1.value) }
  }

  /// Like Go's `url.QueryEscape`.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): result += "+"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}

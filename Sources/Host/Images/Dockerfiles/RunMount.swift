import EngineModel

/// A `--mount` of a `RUN` (Dockerfile reference). The builder gets only the types and options that Docker knows, and only
/// values that cannot be read as paths to somewhere else.
struct RunMount: Sendable, Hashable {
  private(set) var type = "bind"
  /// In order, with the defaults that this adds.
  private(set) var options: [(key: String, value: String?)] = []

  private static let keys: [String: Set<String>] = [
    "bind": ["target", "source", "from", "rw"],
    "cache": ["target", "id", "source", "from", "rw", "sharing", "mode", "uid", "gid"],
    "tmpfs": ["target", "size"], "secret": ["target", "id", "required", "mode", "uid", "gid"],
    "ssh": ["target", "id", "required", "mode", "uid", "gid"],
  ]
  private static let synonyms = [
    "dst": "target", "destination": "target", "src": "source", "readwrite": "rw", "ro": "rw", "readonly": "rw",
  ]

  /// - Parameters:
  ///   - flag: `--mount=type=bind,…`.
  ///   - instruction: for the message.
  /// - Throws: `invalidParameter` for what Docker does not know or what could lead outside.
  init(_ flag: String, of instruction: DockerfileInstruction) throws(EngineError) {
    func refuse(_ reason: String) -> EngineError { instruction.parseError("invalid mount: \(reason)", at: flag) }
    let text = flag.dropFirst("--mount=".count)
    guard !text.contains(where: { "\"'`\\$".contains($0) || $0.isNewline || $0 == "\0" }) else {
      throw refuse("quotes, backslashes and dollar signs are not implemented")
    }
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (name: parts[0], value: parts.count == 2 ? parts[1] : nil)
    }
    if let kind = fields.last(where: { $0.name == "type" }) { type = kind.value ?? "" }
    guard let known = Self.keys[type] else {
      throw refuse(
        "unsupported mount type \"\(type)\", expected one of \(Self.keys.keys.sorted().joined(separator: ", "))")
    }
    var seen: [String: String] = [:]
    for (name, value) in fields where name != "type" {
      let key = Self.synonyms[name] ?? name
      guard known.contains(key) else {
        throw refuse(
          "unexpected option \"\(name)\" for a \(type) mount, expected \(known.sorted().joined(separator: ", "))")
      }
      if let problem = Self.problem(key, value, type) { throw refuse("\(name)=\(value ?? ""): \(problem)") }
      seen[key] = value ?? ""
      if key == "id", type == "cache" {
        options.append(("id", Self.cacheName(value ?? "")))
      } else {
        // buildah has the name of the engine's own --mount.
        options.append((key == "rw" ? name : key == "size" ? "tmpfs-size" : key, value))
      }
    }
    guard ["secret", "ssh"].contains(type) || seen["target"]?.isEmpty == false else {
      throw refuse("a target is required")
    }
    // The builder would derive a path from the target.
    if type == "cache", seen["id"] == nil { options.append(("id", Self.cacheName(seen["target"] ?? ""))) }
  }

  static func == (left: RunMount, right: RunMount) -> Bool { left.flag == right.flag }
  func hash(into hasher: inout Hasher) { hasher.combine(flag) }

  /// The flag for the builder.
  var flag: String {
    "--mount="
      + (["type=\(type)"] + options.map { key, value in value.map { "\(key)=\($0)" } ?? key })
      .joined(separator: ",")
  }

  /// What is wrong with a value; `nil`: nothing.
  private static func problem(_ key: String, _ value: String?, _ type: String) -> String? {
    func isNumber(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    switch key {
    case "rw", "required":
      return value.map { ["true", "false", "1", "0"].contains($0) } ?? true ? nil : "expected true or false"
    case "uid", "gid": return isNumber(value ?? "") ? nil : "expected a number"
    case "mode":
      return isNumber(value ?? "") && Int(value ?? "", radix: 8) ?? 0o10000 <= 0o7777 ? nil : "expected an octal mode"
    case "size": return value.flatMap { ByteSize($0) } != nil ? nil : "expected a size"
    case "sharing":
      return ["shared", "private", "locked"].contains(value ?? "") ? nil : "expected shared, private or locked"
    case "source", "target":
      guard let value, !value.isEmpty else { return "expected a path" }
      return value.split(separator: "/").contains("..") ? "a path must not climb with \"..\"" : nil
    case "from": return value?.isEmpty == false ? nil : "expected a stage or an image"
    case "id":
      guard let value, !value.isEmpty else { return "expected a name" }
      return type == "cache" || isSafe(value) ? nil : "expected letters, digits, dots, dashes and underscores"
    default: return nil
    }
  }

  /// Whether a name is one path component that is neither hidden nor a parent.
  private static func isSafe(_ name: String) -> Bool {
    ObjectName.isValid("x" + name) && name.first != "." && name.utf8.count <= 128
  }

  /// A cache's id can be any text. The builder uses it as the name of a folder.
  private static func cacheName(_ identifier: String) -> String {
    isSafe(identifier) && !identifier.hasPrefix("cache-")
      ? identifier : "cache-\(Digest.of(Array(identifier.utf8)).hex.prefix(40))"
  }
}

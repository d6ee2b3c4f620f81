import Glibc

/// A command as it was called, with all it may touch.
struct Invocation: Sendable {
  let program: String
  /// The words by which the command was called.
  var path: [String]
  var options: ParsedOptions
  let engine: EngineSession
  let configuration: ClientConfiguration
  /// The name of the context that the engine was chosen by.
  let contextName: String

  var arguments: [String] { options.arguments }

  var commandName: String { ([program] + path).joined(separator: " ") }

  /// The keys that let go of a terminal: what the option says, or the configuration; `nil`: the standard ones.
  var detachKeys: String? { options.text("detach-keys") ?? configuration.text("detachKeys") }

  func say(_ text: String) { Descriptor.output.write(text + "\n") }

  func complain(_ text: String) { Descriptor.error.write(text + "\n") }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Seconds since 1970.
  static var now: Int64 { Int64(time(nil)) }

  /// Whether `--force` was given, or the person who was warned answers `y`.
  func agrees(_ warning: String) async -> Bool {
    if options.flag("force") { return true }
    Descriptor.output.write("WARNING! \(warning)\nAre you sure you want to continue? [y/N] ")
    let answer = await Descriptor.input.read(upTo: 64) ?? []
    return answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y")
  }

  /// Does the same for each of several objects. What fails is said, and the others are still done, as Docker does.
  ///
  /// - Returns: 0 when all went well, 1 otherwise.
  func each(_ names: [String], _ work: (String) async throws -> Void) async throws -> Int32 {
    var code: Int32 = 0
    for name in names {
      do {
        try await work(name)
      } catch let refusal as EngineRefusal {
        complain(await explained(refusal))
        code = 1
      }
    }
    return code
  }

  /// The path of an object of the API.
  func path(_ kind: String, _ name: String, _ rest: String = "") -> String {
    "/\(kind)/\(name)\(rest)"
  }
}

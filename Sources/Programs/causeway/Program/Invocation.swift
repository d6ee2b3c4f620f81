import EngineAPI
import Glibc

/// A call of a command, with everything that the command may use.
struct Invocation: Sendable {
  let program: String
  /// The name that the user called the command by, as words.
  var path: [String]
  var options: ParsedOptions
  let engine: EngineSession
  let configuration: ClientConfiguration
  /// The name of the context that selected the engine.
  let contextName: String

  var arguments: [String] { options.arguments }

  var commandName: String { ([program] + path).joined(separator: " ") }

  /// The detach keys from the option or the configuration; `nil` for the default.
  var detachKeysText: String? { options.text("detach-keys") ?? configuration.text("detachKeys") }

  func detachKeys() throws(UsageError) -> DetachKeys { try DetachKeys(argument: detachKeysText ?? "") }

  func printLine(_ text: String) { Descriptor.output.write(text + "\n") }

  func printError(_ text: String) { Descriptor.error.write(text + "\n") }

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

  /// Whether the user gave `--force` or answers `y` to the warning.
  func confirms(_ warning: String) async -> Bool {
    if options.flag("force") { return true }
    Descriptor.output.write("WARNING! \(warning)\nAre you sure you want to continue? [y/N] ")
    let answer = await Descriptor.input.read(upTo: 64) ?? []
    return answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y")
  }

  /// Runs `work` for each name. Prints the engine's errors and continues, as Docker does.
  ///
  /// - Returns: 0 when all succeeded, 1 otherwise.
  func forEach(_ names: [String], _ work: (String) async throws -> Void) async throws -> Int32 {
    var code: Int32 = 0
    for name in names {
      do {
        try await work(name)
      } catch let response as EngineErrorResponse {
        printError(await errorText(for: response))
        code = 1
      }
    }
    return code
  }

  /// The API path of an object.
  func path(_ kind: String, _ name: String, _ rest: String = "") -> String {
    "/\(kind)/\(name)\(rest)"
  }
}

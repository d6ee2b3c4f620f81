/// Which project is meant, by flags and environment.
public struct ProjectRequest: Sendable {
  /// `-f`, in order; absolute paths, or `-` for standard input. Empty: found by their names.
  public var files: [String] = []
  /// `--project-directory`.
  public var directory: String?
  /// `-p`.
  public var name: String?
  /// `--profile`; `*` is all.
  public var profiles: [String] = []
  /// `--env-file`. Empty: `.env` in the project's directory, if it is there.
  public var environmentFiles: [String] = []
  public var workingDirectory: String
  /// The environment of the command.
  public var environment: [String: String]
  /// Takes variables that are not set as they stand, for `config --no-interpolate`.
  public var interpolates = true

  public init(workingDirectory: String, environment: [String: String]) {
    self.workingDirectory = workingDirectory
    self.environment = environment
  }

  /// Fills in what the `COMPOSE_` variables say where no flag does.
  func completed() -> ProjectRequest {
    var result = self
    func words(_ name: String, _ separator: Character) -> [String] {
      (environment[name] ?? "").split(separator: separator).map(String.init)
    }
    if files.isEmpty {
      let separator = environment["COMPOSE_PATH_SEPARATOR"]?.first ?? ":"
      result.files = words("COMPOSE_FILE", separator)
    }
    if profiles.isEmpty { result.profiles = words("COMPOSE_PROFILES", ",") }
    if environmentFiles.isEmpty { result.environmentFiles = words("COMPOSE_ENV_FILES", ",") }
    result.files = result.files.map { $0 == "-" ? $0 : result.absolute($0) }
    result.environmentFiles = result.environmentFiles.map(result.absolute)
    result.directory = directory.map(result.absolute)
    return result
  }

  func absolute(_ path: String) -> String {
    PathText.absolute(path, in: workingDirectory, home: environment["HOME"])
  }
}

/// The options and environment that select a project.
public struct ProjectRequest: Sendable {
  /// `-f`, in order: absolute paths, or `-` for standard input. Empty: the default file names.
  public var files: [String] = []
  /// `--project-directory`.
  public var directory: String?
  /// `-p`.
  public var name: String?
  /// `--profile`. `*` selects all profiles.
  public var profiles: [String] = []
  /// `--env-file`. Empty: `.env` in the project's folder, if it exists.
  public var environmentFiles: [String] = []
  public var workingDirectory: String
  /// The environment of the command.
  public var environment: [String: String]
  /// Whether variables are expanded. `config --no-interpolate` sets it to false.
  public var interpolates = true

  public init(workingDirectory: String, environment: [String: String]) {
    self.workingDirectory = workingDirectory
    self.environment = environment
  }

  /// Adds the values of `COMPOSE_…` variables where no option is set.
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

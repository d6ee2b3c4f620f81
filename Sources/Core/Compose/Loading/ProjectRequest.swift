/// The options and environment that select a project.
package struct ProjectRequest: Sendable {
  /// `-f`, in order: absolute paths, or `-` for standard input. Empty: the default file names.
  package var files: [String] = []
  /// `--project-directory`.
  package var directory: String?
  /// `-p`.
  package var name: String?
  /// `--profile`. `*` selects all profiles.
  package var profiles: [String] = []
  /// `--env-file`. Empty: `.env` in the project's folder, if it exists.
  package var environmentFiles: [String] = []
  package var workingDirectory: String
  /// The environment of the command.
  package var environment: [String: String]
  /// Whether variables are expanded. `config --no-interpolate` sets it to false.
  package var interpolates = true

  package init(workingDirectory: String, environment: [String: String]) {
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

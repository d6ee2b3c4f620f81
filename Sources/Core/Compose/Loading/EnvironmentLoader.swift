/// Loads the variables for interpolation: the command's environment, and below it `.env` or the given files.
struct EnvironmentLoader {
  let files: ProjectFiles

  /// - Parameters:
  ///   - files: empty for `.env` in `directory`, which may be missing.
  func environment(
    over environment: [String: String], files names: [String], directory: String,
    requestedAt location: SourceLocation? = nil
  )
    throws(ComposeError) -> [String: String]
  {
    var found: [String: String] = [:]
    let standard = directory == "/" ? "/.env" : "\(directory)/.env"
    let paths = names.isEmpty ? (files.exists(standard) ? [standard] : []) : names
    for path in paths {
      let known = found
      let values = try DotenvFile.parse(try files.text(path, requestedAt: location), file: path) {
        environment[$0] ?? known[$0]
      }
      for (name, value) in values { if let value { found[name] = value } }
    }
    return found.merging(environment) { $1 }
  }
}

/// The variables a file is filled in with: the command's environment, and below it those of `.env` or of the files named.
struct EnvironmentLoader {
  let files: ProjectFiles

  /// - Parameters:
  ///   - files: empty for `.env` in `directory`, which need not be there.
  func environment(
    over environment: [String: String], files names: [String], directory: String, askedAt place: Place? = nil
  )
    throws(ComposeError) -> [String: String]
  {
    var found: [String: String] = [:]
    let standard = directory == "/" ? "/.env" : "\(directory)/.env"
    let paths = names.isEmpty ? (files.exists(standard) ? [standard] : []) : names
    for path in paths {
      let known = found
      let values = try VariableFile.parse(try files.text(path, askedAt: place), file: path) {
        environment[$0] ?? known[$0]
      }
      for (name, value) in values { if let value { found[name] = value } }
    }
    return found.merging(environment) { $1 }
  }
}

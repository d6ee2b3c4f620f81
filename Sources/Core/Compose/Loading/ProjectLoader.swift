/// Loads a project from its files.
package enum ProjectLoader {
  /// - Returns: the project, with the services that profiles activate, and warnings about its files.
  /// - Throws: ``ComposeError`` with file, line and column.
  package static func load(_ request: ProjectRequest, files: ProjectFiles) throws(ComposeError)
    -> (project: Project, warnings: [String])
  {
    let reader = EnvironmentLoader(files: files)
    var request = request
    // `.env` may set `COMPOSE_FILE` and `COMPOSE_PROFILES`.
    let nearby = request.directory.map(request.absolute) ?? request.workingDirectory
    let named = request.completed().environmentFiles
    request.environment = try reader.environment(over: request.environment, files: named, directory: nearby)
    request = request.completed()
    if request.files.isEmpty { request.files = try files.discovered(from: nearby) }
    let directory = request.directory ?? Self.directory(of: request.files, request)
    if named.isEmpty, directory != nearby {
      request.environment = try reader.environment(over: request.environment, files: [], directory: directory)
    }
    let name = try ProjectName.choose(request, directory: directory, files: files)
    request.environment["COMPOSE_PROJECT_NAME"] = name
    var loader = FileLoader(
      files: files, environment: request.environment, directory: directory, interpolates: request.interpolates)
    let document = try loader.load(request.files)
    var project = Project(name: name, directory: directory, files: request.files, document: document)
    project.environmentFiles = named
    project.environment = request.environment
    try EnvironmentResolver(files: files).resolve(in: &project)
    try ProjectValidator.validate(project)
    project.activate(profiles: request.profiles)
    return (project, loader.warnings)
  }

  private static func directory(of files: [String], _ request: ProjectRequest) -> String {
    guard let first = files.first(where: { $0 != "-" }) else { return request.workingDirectory }
    return PathText.folder(of: first)
  }
}

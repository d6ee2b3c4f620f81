/// The project's name: `-p`, `COMPOSE_PROJECT_NAME`, `name` in the files, or the folder's name.
enum ProjectName {
  static func choose(_ request: ProjectRequest, directory: String, files: ProjectFiles) throws(ComposeError) -> String {
    if let name = request.name ?? request.environment["COMPOSE_PROJECT_NAME"], !name.isEmpty {
      return try checked(name, nil)
    }
    var found: String?
    for file in request.files {
      let environment = request.environment
      for document in try YAMLReader.documents(try files.bytes(file, requestedAt: nil), file: file) {
        guard let node = document["name"] else { continue }
        var interpolation = Interpolation { environment[$0] }
        let filled = request.interpolates ? try interpolation.fill(node) : node
        guard let text = filled.text, filled.scalar?.kind == .string else {
          throw ComposeError(node.location, "name: found \(node.summary), expected a text")
        }
        found = try checked(text, node.location)
      }
    }
    if let found { return found }
    let name = normalized(PathText.name(of: directory))
    guard !name.isEmpty else {
      throw ComposeError(
        nil, "project name must not be empty: the folder \(directory) gives none; -p names the project")
    }
    return name
  }

  private static func checked(_ name: String, _ location: SourceLocation?) throws(ComposeError) -> String {
    guard !name.isEmpty, normalized(name) == name else {
      throw ComposeError(
        location,
        "invalid project name \"\(name)\": must consist only of lowercase alphanumeric characters, hyphens, and "
          + "underscores as well as start with a letter or number")
    }
    return name
  }

  /// Lower case, without characters that a project name cannot have.
  static func normalized(_ text: String) -> String {
    let kept = text.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    return String(kept.drop { $0 == "_" || $0 == "-" })
  }
}

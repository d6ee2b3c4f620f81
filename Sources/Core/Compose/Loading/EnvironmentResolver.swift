/// Resolves the environments of services: `environment` overrides `env_file`, `labels` overrides `label_file`, and
/// variables without a value take it from the command's environment.
struct EnvironmentResolver {
  let files: ProjectFiles

  func resolve(in project: inout Project) throws(ComposeError) {
    guard let services = project.document["services"] else { return }
    for entry in services.entries {
      var service = entry.value
      try environment(of: &service, project)
      try labels(of: &service)
      project.document["services"]?[entry.key] = service
    }
  }

  private func environment(of service: inout Node, _ project: Project) throws(ComposeError) {
    var result = Node(.mapping([]), at: service["environment"]?.location ?? service.location)
    for item in service["env_file"]?.items ?? [] {
      guard let path = item["path"]?.text else { continue }
      if item["required"]?.bool == false, !files.exists(path) { continue }
      let text = try files.text(path, requestedAt: item.location)
      let known = project.environment
      let values =
        item["format"]?.text == "raw"
        ? try DotenvFile.parseRaw(text, file: path) { known[$0] }
        : try DotenvFile.parse(text, file: path) { known[$0] }
      for (name, value) in values {
        result[name] = value.map { .text($0, at: item.location) } ?? .null(at: item.location)
      }
    }
    for entry in service["environment"]?.entries ?? [] {
      result[entry.key] =
        entry.value.isNull
        ? project.environment[entry.key].map { .text($0, at: entry.value.location) } ?? entry.value : entry.value
    }
    service["env_file"] = nil
    service["environment"] = result.entries.isEmpty ? nil : result
  }

  private func labels(of service: inout Node) throws(ComposeError) {
    guard let items = service["label_file"]?.items else { return }
    var result = Node(.mapping([]), at: service.location)
    for item in items {
      guard let path = item.text else { continue }
      for (name, value) in try DotenvFile.parse(
        try files.text(path, requestedAt: item.location), file: path, lookup: { _ in nil })
      {
        result[name] = .text(value ?? "", at: item.location)
      }
    }
    for entry in service["labels"]?.entries ?? [] { result[entry.key] = entry.value }
    service["label_file"] = nil
    service["labels"] = result
  }
}

@testable import Compose

/// Files that are only in memory.
struct MemoryFiles {
  var contents: [String: String]

  var files: ProjectFiles {
    let contents = contents
    return ProjectFiles { path in contents[path].map { .bytes(Array($0.utf8)) } ?? .missing }
  }

  /// Loads the project in `/app`.
  func load(environment: [String: String] = [:], _ change: (inout ProjectRequest) -> Void = { _ in })
    throws(ComposeError) -> (project: Project, warnings: [String])
  {
    var request = ProjectRequest(workingDirectory: "/app", environment: environment)
    change(&request)
    return try ProjectLoader.load(request, files: files)
  }
}

/// The project of one file, `/app/compose.yaml`.
func project(
  _ text: String, environment: [String: String] = [:], _ change: (inout ProjectRequest) -> Void = { _ in }
) throws(ComposeError) -> Project {
  try MemoryFiles(contents: ["/app/compose.yaml": text]).load(environment: environment, change).project
}

import EngineAPI

/// Looks up image ids by image names.
struct ImageIDs: Sendable {
  let engine: EngineSession

  /// - Returns: the ids by name. Unknown images are left out.
  func find(_ names: [String]) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String?).self) { group in
      for name in Set(names) {
        group.addTask {
          do {
            let image: Wire.ImageInspect = try await engine.get("/images/\(name)/json")
            return (name, image.Id)
          } catch let response as EngineErrorResponse where response.status == 404 {
            return (name, nil)
          }
        }
      }
      var result: [String: String] = [:]
      for try await (name, id) in group { result[name] = id }
      return result
    }
  }
}

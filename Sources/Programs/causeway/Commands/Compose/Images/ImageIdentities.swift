import EngineAPI

/// The ids of images by the names they are called by.
struct ImageIdentities: Sendable {
  let engine: EngineSession

  /// Names of images that are not there are left out.
  func of(_ names: [String]) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String?).self) { group in
      for name in Set(names) {
        group.addTask {
          do {
            let image: Wire.ImageInspect = try await engine.get("/images/\(name)/json")
            return (name, image.Id)
          } catch let refusal as EngineRefusal where refusal.status == 404 {
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

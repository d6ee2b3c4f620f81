import JSON

/// The lists of objects in the answer of `GET /system/df`. Since version 1.52 they are inside the usage of each kind.
enum DiskUsageLists {
  /// Reads the disk usage in the form before version 1.52, whatever the engine's version is.
  static func read(from engine: EngineSession) async throws -> JSONValue {
    older(try await engine.json("/system/df", [("verbose", "1")]))
  }

  /// The answer with `LayersSize`, `Images`, `Containers`, `Volumes` and `BuildCache`.
  static func older(_ usage: JSONValue) -> JSONValue {
    guard usage["ImageUsage"] != nil else { return usage }
    func items(_ name: String) -> JSONValue { usage[name]?["Items"] ?? .array([]) }
    return .object([
      JSONMember("LayersSize", usage["ImageUsage"]?["TotalSize"] ?? .number("0")),
      JSONMember("Images", items("ImageUsage")), JSONMember("Containers", items("ContainerUsage")),
      JSONMember("Volumes", items("VolumeUsage")), JSONMember("BuildCache", items("BuildCacheUsage")),
    ])
  }
}

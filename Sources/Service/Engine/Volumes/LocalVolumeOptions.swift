import EngineModel
import Kernel

/// The options of the volume driver `local`: the arguments of mount(8) (Docker: `docker volume create`,
/// "Driver-specific options").
struct LocalVolumeOptions: Sendable, Hashable {
  let type: String
  let device: String
  var options: MountOptions

  /// - Returns: `nil` without options: the volume is a folder below the data root.
  /// - Throws: `invalidParameter` in Docker's words.
  init?(_ texts: [String: String]) throws(EngineError) {
    if texts.isEmpty { return nil }
    for name in texts.keys.sorted() where !["type", "o", "device", "size"].contains(name) {
      throw EngineError(.invalidParameter, "invalid option: \"\(name)\"")
    }
    guard texts["size"] == nil else {
      throw EngineError(.invalidParameter, "quota size requested but no quota support")
    }
    let needs = [("device", ["type"]), ("o", ["device", "type"]), ("type", ["device"])]
    for (name, others) in needs where texts[name] != nil {
      for other in others where texts[other] == nil {
        throw EngineError(.invalidParameter, "missing required option: \"\(other)\"")
      }
    }
    type = texts["type"] ?? ""
    device = texts["device"] ?? ""
    options = MountOptions(texts["o"] ?? "")
  }
}

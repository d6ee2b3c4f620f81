import Engine
import EngineModel
import EngineSettings

extension ContainerDefaults {
  /// The defaults from flags and file. The values are already validated one by one.
  init(_ settings: Settings) throws(UsageError) {
    self.init()
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    if let driver = text("log-driver") { logConfiguration.driver = driver }
    for option in settings["log-opt"] ?? [] {
      let sides = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if sides.count == 2 { logConfiguration.options[sides[0]] = sides[1] }
    }
    ulimits = (settings["default-ulimit"] ?? []).compactMap(SettingForm.readLimit).map {
      ResourceLimit(name: $0.name, soft: $0.soft, hard: $0.hard)
    }
    if let size = text("default-shm-size").flatMap({ ByteSize($0) }) { shmSize = size.bytes }
    usesInit = text("init") == "true"
    do {
      try check()
    } catch {
      throw UsageError("failed to set log opts: \(error.message)")
    }
  }
}

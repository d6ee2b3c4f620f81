import Engine
import EngineModel

extension ContainerDefaults {
  /// What the flags and the file say of it.
  init(_ settings: Settings) throws(UsageError) {
    self.init()
    func text(_ name: String) -> String? { settings[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    if let driver = text("log-driver") { logConfiguration.driver = driver }
    for option in settings["log-opt"] ?? [] {
      let sides = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, !sides[0].isEmpty else { throw UsageError("invalid logging opts format: \(option)") }
      logConfiguration.options[sides[0]] = sides[1]
    }
    for limit in settings["default-ulimit"] ?? [] { ulimits.append(try Self.limit(limit)) }
    if let size = text("default-shm-size") {
      guard let bytes = ByteSize(size)?.bytes, bytes > 0 else {
        throw UsageError("invalid argument \"\(size)\" for \"--default-shm-size\" flag: invalid size: '\(size)'")
      }
      shmSize = bytes
    }
    usesInit = text("init") == "true"
    do {
      try check()
    } catch {
      throw UsageError("failed to set log opts: \(error.message)")
    }
  }

  /// `name=soft[:hard]`.
  private static func limit(_ text: String) throws(UsageError) -> ResourceLimit {
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    let numbers = sides.count == 2 ? sides[1].split(separator: ":").map { Int64($0) } : []
    guard (1...2).contains(numbers.count), let soft = numbers[0], let hard = numbers[numbers.count - 1],
      hard == -1 || soft <= hard
    else { throw UsageError("invalid argument \"\(text)\" for \"--default-ulimit\" flag: name=soft:hard is needed") }
    return ResourceLimit(name: sides[0], soft: soft, hard: hard)
  }
}

import EngineModel
import Runtime

/// A container's log options (`--log-driver`, `--log-opt`).
///
/// There is one kind of log file. `json-file` and `local` both write it, each with Docker's defaults. `none` writes no
/// log.
struct LogOptions: Sendable {
  /// The rotation limits; `nil`: none.
  private(set) var limit: LogLimit?
  /// Sentences for the user about options without effect.
  private(set) var warnings: [String] = []
  let container: Container

  /// - Throws: `invalidParameter` in Docker's words.
  init(_ container: Container) throws(EngineError) {
    self.container = container
    let driver = container.host.logConfiguration.driver
    let options = container.host.logConfiguration.options
    switch driver.isEmpty ? .jsonFile : LogDriver(rawValue: driver) {
    case LogDriver.none?: return
    case .jsonFile?: try check(options, driver: .jsonFile, allowed: Self.fileKeys.union(Self.attributeKeys))
    case .local?:
      try check(options, driver: .local, allowed: Self.fileKeys)
      limit = LogLimit(maxSize: 20_000_000, maxFiles: 5)
    case nil:
      throw EngineError(
        .invalidParameter,
        "failed to initialize logging driver: logger: no log driver named '\(driver)' is registered: this engine has "
          + "json-file, local and none")
    }
    try setLimit(options)
    try checkMode(options)
  }

  private static let fileKeys: Set<String> = ["max-size", "max-file", "compress", "mode", "max-buffer-size"]
  private static let attributeKeys: Set<String> = ["labels", "labels-regex", "env", "env-regex", "tag"]

  private func check(_ options: [String: String], driver: LogDriver, allowed: Set<String>) throws(EngineError) {
    if let unknown = options.keys.sorted().first(where: { !allowed.contains($0) }) {
      throw EngineError(.invalidParameter, "unknown log opt '\(unknown)' for \(driver.rawValue) log driver")
    }
  }

  private static func failure(_ reason: String) -> EngineError {
    EngineError(.invalidParameter, "failed to initialize logging driver: \(reason)")
  }

  private mutating func setLimit(_ options: [String: String]) throws(EngineError) {
    if let text = options["max-size"], text != "-1" {
      guard let size = ByteSize(text, units: .decimal)?.bytes else { throw Self.failure("invalid size: '\(text)'") }
      guard size > 0 else { throw Self.failure("max-size must be a positive number") }
      limit = LogLimit(maxSize: Int(size), maxFiles: limit?.maxFiles ?? 1)
    }
    if let text = options["max-file"] {
      guard let files = Int(text) else {
        throw Self.failure("strconv.Atoi: parsing \"\(text)\": invalid syntax")
      }
      guard files >= 1 else { throw Self.failure("max-file cannot be less than 1") }
      limit?.maxFiles = files
    }
    guard let text = options["compress"] else { return }
    guard let compresses = Bool(text: text) else {
      throw Self.failure("strconv.ParseBool: parsing \"\(text)\": invalid syntax")
    }
    guard compresses else { return }
    guard let limit, limit.maxFiles > 1 else {
      throw Self.failure("compress cannot be true when max-file is less than 2 or max-size is not set")
    }
    warnings.append("Rotated log files are not compressed: the log option compress has no effect.")
  }

  private mutating func checkMode(_ options: [String: String]) throws(EngineError) {
    let mode = options["mode"] ?? ""
    guard ["", "blocking", "non-blocking"].contains(mode) else {
      throw EngineError(.invalidParameter, "logger: logging mode not supported: \(mode)")
    }
    if mode == "non-blocking" {
      warnings.append("Log lines are written immediately and never dropped: mode=non-blocking has no effect.")
    }
    guard let text = options["max-buffer-size"] else { return }
    guard mode == "non-blocking" else {
      throw EngineError(
        .invalidParameter, "logger: max-buffer-size option is only supported with 'mode=non-blocking'")
    }
    guard ByteSize(text) != nil else {
      throw EngineError(.invalidParameter, "error parsing option max-buffer-size: invalid size: '\(text)'")
    }
  }
}

import EngineModel

/// `HEALTHCHECK [--interval=… --timeout=… --start-period=… --start-interval=… --retries=…] CMD …`, or `NONE`
/// (Dockerfile reference).
struct HealthcheckInstruction {
  private(set) var healthcheck = Healthcheck()

  /// - Parameter text: the arguments of the instruction.
  /// - Throws: `invalidParameter` in Docker's words.
  init(_ text: String) throws(EngineError) {
    var rest = Self.trimmed(text[...])
    while rest.hasPrefix("--") {
      let flag = rest.prefix { $0 != " " && $0 != "\t" }
      rest = Self.trimmed(rest[flag.endIndex...])
      let parts = flag.dropFirst(2).split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        throw EngineError(.invalidParameter, "HEALTHCHECK: missing a value on flag: \(flag)")
      }
      try set(parts[0], parts[1])
    }
    let kind = rest.prefix { $0 != " " && $0 != "\t" }
    let command = String(Self.trimmed(rest[kind.endIndex...]))
    switch kind.uppercased() {
    case "NONE":
      guard command.isEmpty else { throw EngineError(.invalidParameter, "HEALTHCHECK NONE takes no arguments") }
      healthcheck.test = ["NONE"]
    case "CMD":
      guard !command.isEmpty else {
        throw EngineError(.invalidParameter, "Missing command after HEALTHCHECK CMD")
      }
      healthcheck.test = InstructionArguments.execForm(command).map { ["CMD"] + $0 } ?? ["CMD-SHELL", command]
    default:
      throw EngineError(.invalidParameter, "Unknown type \"\(kind)\" in HEALTHCHECK (try CMD)")
    }
  }

  private mutating func set(_ name: Substring, _ value: Substring) throws(EngineError) {
    if name == "retries" {
      guard let count = Int(value), count >= 0 else {
        throw EngineError(.invalidParameter, "--retries must be at least 0 (not \(value))")
      }
      healthcheck.retries = count
      return
    }
    guard let duration = DurationText(value)?.nanoseconds, duration == 0 || duration >= 1_000_000 else {
      throw EngineError(.invalidParameter, "Interval \"\(name)\" cannot be less than 1ms: \(value)")
    }
    switch name {
    case "interval": healthcheck.interval = duration
    case "timeout": healthcheck.timeout = duration
    case "start-period": healthcheck.startPeriod = duration
    case "start-interval": healthcheck.startInterval = duration
    default: throw EngineError(.invalidParameter, "Unknown flag: \(name)")
    }
  }

  private static func trimmed(_ text: Substring) -> Substring { text.drop { $0 == " " || $0 == "\t" } }
}

import EngineModel

extension Healthcheck {
  /// The duration, or the default in seconds for zero.
  static func duration(_ nanoseconds: Int64, _ seconds: Int) -> Duration {
    nanoseconds > 0 ? .nanoseconds(nanoseconds) : .seconds(seconds)
  }

  /// The probe's program and arguments; `nil` for `NONE` and for a check without a command.
  func command(shell: [String]?) -> [String]? {
    switch test.first {
    case "CMD": test.count > 1 ? Array(test.dropFirst()) : nil
    case "CMD-SHELL": (shell ?? ["/bin/sh", "-c"]) + [test.dropFirst().joined(separator: " ")]
    default: nil
    }
  }

  /// The time before the next probe; `nil` when the container is not checked.
  func delay(in state: ContainerState, at time: Timestamp) -> Duration? {
    guard let health = state.health else { return nil }
    let isStarting = health.status == .starting && isInStartPeriod(state, at: time)
    return isStarting ? Self.duration(startInterval, 5) : Self.duration(interval, 30)
  }

  func isInStartPeriod(_ state: ContainerState, at time: Timestamp) -> Bool {
    guard let started = state.startedAt else { return false }
    return time.nanoseconds - started.nanoseconds < startPeriod
  }
}

extension Health {
  /// The health after one more probe. Failures during the start period do not count (moby: `handleProbeResult`).
  func after(_ probe: Probe, retries: Int, inStartPeriod: Bool) -> Health {
    var result = self
    result.log.append(probe)
    if result.log.count > 5 { result.log.removeFirst(result.log.count - 5) }
    if probe.exitCode == 0 {
      result.failingStreak = 0
      result.status = .healthy
    } else if !(inStartPeriod && status == .starting) {
      result.failingStreak += 1
      if result.failingStreak >= retries { result.status = .unhealthy }
    }
    return result
  }
}

/// A probe's output, cut to what an inspection shows.
enum ProbeOutput {
  static let limit = 4096

  static func text(of streams: AttachedStreams?) async -> String {
    guard let streams else { return "" }
    var bytes: [UInt8] = []
    do {
      // Reads everything: otherwise a full pipe would block the probe.
      for try await chunk in streams.output where bytes.count <= limit { bytes += chunk.bytes }
    } catch {
      return ErrorText.of(error)
    }
    return shown(bytes)
  }

  static func shown(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(limit), as: UTF8.self) + (bytes.count > limit ? "..." : "")
  }
}

import EngineModel

extension Healthcheck {
  static func duration(_ nanoseconds: Int64, _ seconds: Int) -> Duration {
    nanoseconds > 0 ? .nanoseconds(nanoseconds) : .seconds(seconds)
  }

  func isInStartPeriod(_ state: ContainerState, at time: Timestamp) -> Bool {
    guard let started = state.startedAt else { return false }
    return time.nanoseconds - started.nanoseconds < startPeriod
  }
}

extension Health {
  /// What is known after one more probe. Failures during the start period do not count (moby: `handleProbeResult`).
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

/// What a probe wrote, as much as is shown of it.
enum ProbeOutput {
  static let limit = 4096

  static func text(of streams: AttachedStreams?) async -> String {
    guard let streams else { return "" }
    var bytes: [UInt8] = []
    do {
      // All is read, else the probe would wait for a reader.
      for try await chunk in streams.output where bytes.count <= limit { bytes += chunk.bytes }
    } catch {
      return "\(error)"
    }
    return shown(bytes)
  }

  static func shown(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(limit), as: UTF8.self) + (bytes.count > limit ? "..." : "")
  }
}

import EngineModel
import Glibc
import Kernel

extension Engine {
  /// Begins to look after a container that has a health check.
  func beginHealthChecks(of container: Container) {
    guard let check = container.configuration.healthcheck, let command = Self.command(of: check, container) else {
      return
    }
    let id = container.id
    healthChecks[id]?.cancel()
    lives[id]?.state.health = Health()
    state.setHealth(Health(), of: id)
    healthChecks[id] = Task { [weak self] in
      let began = ContinuousClock.now
      while !Task.isCancelled {
        guard let self else { return }
        let isStarting = await self.isHealthStarting(id)
        let inStartPeriod = isStarting && ContinuousClock.now - began < .nanoseconds(check.startPeriod)
        let pause = inStartPeriod ? Self.duration(check.startInterval, 5) : Self.duration(check.interval, 30)
        try? await Task.sleep(for: pause)
        guard !Task.isCancelled else { return }
        await self.probe(id, command, check, inStartPeriod: inStartPeriod)
      }
    }
  }

  func stopHealthChecks(of id: ContainerID) { healthChecks.removeValue(forKey: id)?.cancel() }

  private static func command(of check: Healthcheck, _ container: Container) -> [String]? {
    switch check.test.first {
    case "CMD": check.test.count > 1 ? Array(check.test.dropFirst()) : nil
    case "CMD-SHELL":
      (container.configuration.shell ?? ["/bin/sh", "-c"]) + [check.test.dropFirst().joined(separator: " ")]
    default: nil
    }
  }

  private static func duration(_ nanoseconds: Int64, _ seconds: Int) -> Duration {
    nanoseconds > 0 ? .nanoseconds(nanoseconds) : .seconds(seconds)
  }

  private func isHealthStarting(_ id: ContainerID) -> Bool { lives[id]?.state.health?.status == .starting }

  private func probe(_ id: ContainerID, _ command: [String], _ check: Healthcheck, inStartPeriod: Bool) async {
    guard lives[id]?.state.status == .running, let container = state.containers[id], let parts = try? parts else {
      return
    }
    var request = ExecRequest(command: command)
    request.attachStdout = true
    request.attachStderr = true
    let start = Timestamp.now
    var output = ""
    var code: Int32 = -1
    do {
      let started = try await parts.runtime.execute(
        ContainerID.random().rawValue, in: container, request, detach: false)
      let limit = Self.duration(check.timeout, 30)
      let timer = Task {
        try await Task.sleep(for: limit)
        kill(started.pid, SIGKILL)
        return true
      }
      if let streams = started.streams { output = await Self.text(of: streams) }
      code = try await started.exit()
      timer.cancel()
      if (try? await timer.value) == true {
        code = -1
        output = "Health check exceeded timeout (\(limit))"
      }
    } catch {
      output = "\(error)"
    }
    note(
      Health.Probe(start: start, end: .now, exitCode: code, output: output), of: id, check,
      inStartPeriod: inStartPeriod)
  }

  private static func text(of streams: AttachedStreams) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await chunk in streams.output where bytes.count < 4096 { bytes += chunk.bytes }
    } catch {
      return "\(error)"
    }
    return String(decoding: bytes.prefix(4096), as: UTF8.self)
  }

  private func note(_ probe: Health.Probe, of id: ContainerID, _ check: Healthcheck, inStartPeriod: Bool) {
    guard let life = lives[id], life.state.pid != 0, let old = life.state.health else { return }
    let health = old.after(probe, retries: check.retries > 0 ? check.retries : 3, inStartPeriod: inStartPeriod)
    lives[id]?.state.health = health
    state.setHealth(health, of: id)
    if health.status != old.status, let container = state.containers[id] {
      emit("health_status: \(health.status.rawValue)", container)
      if (health.status == .unhealthy) != (old.status == .unhealthy) { publishHealth(of: id) }
    }
  }
}

extension Health {
  /// What is known after one more probe. Failures during the start period do not count.
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

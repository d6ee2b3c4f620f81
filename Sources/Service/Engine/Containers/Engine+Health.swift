import EngineModel
import Glibc
import Kernel

extension Engine {
  /// Begins to look after a container that has a health check. What was found before is kept to be read.
  func beginHealthChecks(of container: Container) {
    guard let check = container.configuration.healthcheck, let command = Self.command(of: check, container) else {
      return
    }
    let id = container.id
    healthChecks[id]?.cancel()
    var health = lives[id]?.state.health ?? Health()
    health.status = .starting
    health.failingStreak = 0
    setHealth(health, of: id)
    healthChecks[id] = Task { [weak self] in
      while let pause = await self?.healthPause(id, check) {
        try? await Task.sleep(for: pause)
        guard !Task.isCancelled else { return }
        await self?.probe(id, command, check)
      }
    }
  }

  func stopHealthChecks(of id: ContainerID) { healthChecks.removeValue(forKey: id)?.cancel() }

  private func setHealth(_ health: Health, of id: ContainerID) {
    lives[id]?.state.health = health
    state.setHealth(health, of: id)
  }

  private static func command(of check: Healthcheck, _ container: Container) -> [String]? {
    switch check.test.first {
    case "CMD": check.test.count > 1 ? Array(check.test.dropFirst()) : nil
    case "CMD-SHELL":
      (container.configuration.shell ?? ["/bin/sh", "-c"]) + [check.test.dropFirst().joined(separator: " ")]
    default: nil
    }
  }

  /// How long to wait for the next probe; `nil` when there is none.
  private func healthPause(_ id: ContainerID, _ check: Healthcheck) -> Duration? {
    guard let life = lives[id], let health = life.state.health else { return nil }
    let isStarting = health.status == .starting && check.isInStartPeriod(life.state, at: .now)
    return isStarting ? Healthcheck.duration(check.startInterval, 5) : Healthcheck.duration(check.interval, 30)
  }

  private func probe(_ id: ContainerID, _ command: [String], _ check: Healthcheck) async {
    guard lives[id]?.state.status == .running, let container = state.containers[id], let parts = try? parts else {
      return
    }
    var request = ExecRequest(command: command)
    request.attachStdout = true
    request.attachStderr = true
    let execID = ContainerID.random().rawValue
    let start = Timestamp.now
    var probe = Health.Probe(start: start, end: start, exitCode: -1, output: "")
    emit(Self.execAction("exec_create", request), container, ["execID": execID])
    emit(Self.execAction("exec_start", request), container, ["execID": execID])
    do {
      let started = try await parts.runtime.execute(execID, in: container, request, detach: false)
      (probe.exitCode, probe.output) = try await Self.outcome(
        of: started, within: Healthcheck.duration(check.timeout, 30))
    } catch {
      probe.output = "\(error)"
    }
    emit("exec_die", container, ["execID": execID, "exitCode": "\(probe.exitCode)"])
    probe.end = .now
    note(probe, of: id, check)
  }

  /// Waits for a probe's end. One that takes too long is killed, and what it left behind is not waited for.
  private static func outcome(of started: StartedExec, within limit: Duration) async throws -> (Int32, String) {
    let timer = Task {
      try await Task.sleep(for: limit)
      kill(started.pid, SIGKILL)
      await started.streams?.detach()
      return true
    }
    let output = await ProbeOutput.text(of: started.streams)
    let code = try await started.exit()
    timer.cancel()
    guard (try? await timer.value) == true else { return (code, output) }
    return (-1, "Health check exceeded timeout (\(limit.goText))\(output.isEmpty ? "" : ": \(output)")")
  }

  private func note(_ probe: Health.Probe, of id: ContainerID, _ check: Healthcheck) {
    guard let life = lives[id], life.state.status == .running, let old = life.state.health else { return }
    let health = old.after(
      probe, retries: check.retries > 0 ? check.retries : 3,
      inStartPeriod: check.isInStartPeriod(life.state, at: probe.start))
    setHealth(health, of: id)
    if health.status != old.status, let container = state.containers[id] {
      emit("health_status: \(health.status.rawValue)", container)
      if (health.status == .unhealthy) != (old.status == .unhealthy) { publishHealth(of: id) }
    }
  }
}

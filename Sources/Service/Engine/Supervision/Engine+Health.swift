import EngineModel
import Kernel

extension Engine {
  /// Starts the health checks of a container that has some. Earlier results stay visible.
  func startHealthChecks(of container: Container) {
    guard let check = container.configuration.healthcheck,
      let command = check.command(shell: container.configuration.shell)
    else { return }
    let id = container.id
    var health = container.state.health ?? Health()
    health.status = .starting
    health.failingStreak = 0
    setHealth(health, of: id)
    transient.health.start(
      id, delay: { [weak self] in await self?.delayBeforeProbe(of: id, check) },
      probe: { [weak self] in await self?.probe(id, command, check) })
  }

  /// Health is not written: a new engine checks again.
  private func setHealth(_ health: Health, of id: ContainerID) {
    _ = try? mutate(id, .memoryOnly) { $0.state.health = health }
  }

  private func delayBeforeProbe(of id: ContainerID, _ check: Healthcheck) -> Duration? {
    state.containers[id].flatMap { check.delay(in: $0.state, at: .now) }
  }

  private func probe(_ id: ContainerID, _ command: [String], _ check: Healthcheck) async {
    guard let container = state.containers[id], container.state.status == .running, let parts = try? parts else {
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
      (probe.exitCode, probe.output) = try await started.probeResult(
        within: Healthcheck.duration(check.timeout, 30))
    } catch {
      probe.output = ErrorText.of(error)
    }
    emit("exec_die", container, ["execID": execID, "exitCode": "\(probe.exitCode)"])
    probe.end = .now
    record(probe, of: id, check)
  }

  private func record(_ probe: Health.Probe, of id: ContainerID, _ check: Healthcheck) {
    guard let container = state.containers[id], container.state.status == .running,
      let old = container.state.health
    else { return }
    let health = old.after(
      probe, retries: check.retries > 0 ? check.retries : 3,
      inStartPeriod: check.isInStartPeriod(container.state, at: probe.start))
    setHealth(health, of: id)
    guard health.status != old.status else { return }
    emit("health_status: \(health.status.rawValue)", container)
    if (health.status == .unhealthy) != (old.status == .unhealthy) { publishHealth(of: id) }
  }
}

extension StartedExec {
  /// Waits for a probe's end. After the limit it kills the probe and does not wait for what the probe started.
  func probeResult(within limit: Duration) async throws -> (exitCode: Int32, output: String) {
    let timer = Task {
      try await Task.sleep(for: limit)
      kill()
      await streams?.detach()
      return true
    }
    let output = await ProbeOutput.text(of: streams)
    let code = try await exit()
    timer.cancel()
    guard (try? await timer.value) == true else { return (code, output) }
    return (-1, "Health check exceeded timeout (\(limit.goText))\(output.isEmpty ? "" : ": \(output)")")
  }
}

import Compose
import EngineAPI

/// Waits until a container that another one depends on is started, healthy or completed.
struct DependencyWait: Sendable {
  let engine: EngineSession
  let name: String
  let interruption: Interruption?

  func wait(_ condition: Service.Dependency.Condition, isRequired: Bool) async throws {
    do {
      switch condition {
      case .started: try await poll { $0.Running ? .reached : .failed("container \(name) exited (\($0.ExitCode))") }
      case .healthy: try await poll(health)
      case .completed:
        try await poll { state in
          guard !state.Running, !state.Restarting, state.Status != "created" else { return .pending }
          return state.ExitCode == 0
            ? .reached : .failed("container \(name) didn't complete successfully: exit \(state.ExitCode)")
        }
      }
    } catch let failure as DependencyFailure {
      guard isRequired else { throw OptionalDependencyFailure(message: failure.message) }
      throw CommandFailure("dependency failed to start: \(failure.message)")
    }
  }

  private enum Verdict {
    case reached
    case pending
    case failed(String)
  }

  private struct DependencyFailure: Error {
    let message: String
  }

  private func health(_ state: Wire.ContainerState) -> Verdict {
    guard state.Running || state.Restarting else { return .failed("container \(name) exited (\(state.ExitCode))") }
    switch state.Health?.Status {
    case "healthy": return .reached
    case "unhealthy": return .failed("container \(name) is unhealthy")
    case nil, "none", "": return .failed("container \(name) has no healthcheck configured")
    default: return .pending
    }
  }

  /// Polls the container's state with a growing delay until `evaluate` decides.
  private func poll(_ evaluate: (Wire.ContainerState) -> Verdict) async throws {
    var delay = 20
    while true {
      if interruption?.isSet == true { throw Interrupted() }
      let container: Wire.ContainerInspect = try await engine.get("/containers/\(name)/json")
      switch evaluate(container.State) {
      case .reached: return
      case .failed(let message): throw DependencyFailure(message: message)
      case .pending: break
      }
      try await Task.sleep(for: .milliseconds(delay))
      delay = min(500, delay * 3 / 2)
    }
  }
}

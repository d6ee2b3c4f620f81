import Compose
import EngineAPI

/// Waits until another container is as far as is needed.
struct DependencyWait: Sendable {
  let engine: EngineSession
  let name: String
  let interruption: Interruption?

  func wait(_ condition: Service.Dependency.Condition, isRequired: Bool) async throws {
    do {
      switch condition {
      case .started: try await untilSettled { $0.Running ? .good : .bad("container \(name) exited (\($0.ExitCode))") }
      case .healthy: try await untilSettled(health)
      case .completed:
        try await untilSettled { state in
          guard !state.Running, !state.Restarting, state.Status != "created" else { return .open }
          return state.ExitCode == 0
            ? .good : .bad("container \(name) didn't complete successfully: exit \(state.ExitCode)")
        }
      }
    } catch let failure as DependencyFailure {
      guard isRequired else { throw OptionalDependencyFailed(message: failure.message) }
      throw CommandFailure("dependency failed to start: \(failure.message)")
    }
  }

  private enum Verdict {
    case good
    case open
    case bad(String)
  }

  private struct DependencyFailure: Error {
    let message: String
  }

  private func health(_ state: Wire.ContainerState) -> Verdict {
    guard state.Running || state.Restarting else { return .bad("container \(name) exited (\(state.ExitCode))") }
    switch state.Health?.Status {
    case "healthy": return .good
    case "unhealthy": return .bad("container \(name) is unhealthy")
    case nil, "none", "": return .bad("container \(name) has no healthcheck configured")
    default: return .open
    }
  }

  /// Asks again and again, seldom once it takes long.
  private func untilSettled(_ judge: (Wire.ContainerState) -> Verdict) async throws {
    var pause = 20
    while true {
      if interruption?.isSet == true { throw Interrupted() }
      let container: Wire.ContainerInspect = try await engine.get("/containers/\(name)/json")
      switch judge(container.State) {
      case .good: return
      case .bad(let message): throw DependencyFailure(message: message)
      case .open: break
      }
      try await Task.sleep(for: .milliseconds(pause))
      pause = min(500, pause * 3 / 2)
    }
  }
}

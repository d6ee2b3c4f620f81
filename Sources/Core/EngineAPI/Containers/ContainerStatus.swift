package import EngineModel

/// A container's state as lists show it: `Up 5 minutes (healthy)`, `Exited (0) 3 seconds ago`.
package enum ContainerStatus {
  package static func text(_ state: ContainerState, now: Timestamp) -> String {
    func since(_ moment: Timestamp?) -> String {
      duration(seconds: max(0, (now.nanoseconds - (moment ?? now).nanoseconds) / 1_000_000_000))
    }
    switch state.status {
    case .created: return "Created"
    case .removing: return "Removal In Progress"
    case .dead: return "Dead"
    case .paused: return "Up \(since(state.startedAt)) (Paused)"
    case .restarting: return "Restarting (\(state.exitCode)) \(since(state.finishedAt)) ago"
    case .exited: return "Exited (\(state.exitCode)) \(since(state.finishedAt)) ago"
    case .running:
      let text = "Up \(since(state.startedAt))"
      switch state.health?.status {
      case .starting: return "\(text) (health: starting)"
      case .healthy: return "\(text) (healthy)"
      case .unhealthy: return "\(text) (unhealthy)"
      case .some(.none), nil: return text
      }
    }
  }

  /// Docker's approximate text for a duration.
  package static func duration(seconds: Int64) -> String {
    let minutes = seconds / 60
    let hours = (seconds + 1800) / 3600
    switch seconds {
    case ..<1: return "Less than a second"
    case 1: return "1 second"
    case ..<60: return "\(seconds) seconds"
    default: break
    }
    if minutes == 1 { return "About a minute" }
    if minutes < 60 { return "\(minutes) minutes" }
    if hours == 1 { return "About an hour" }
    switch hours {
    case ..<48: return "\(hours) hours"
    case ..<(24 * 7 * 2): return "\(hours / 24) days"
    case ..<(24 * 30 * 2): return "\(hours / 24 / 7) weeks"
    case ..<(24 * 365 * 2): return "\(hours / 24 / 30) months"
    default: return "\(hours / 24 / 365) years"
    }
  }
}

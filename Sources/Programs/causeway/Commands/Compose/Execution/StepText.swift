import Compose

/// Steps in words.
enum StepText {
  struct Words {
    let subject: String
    let doing: String
    let done: String
  }

  static func words(_ step: Step) -> Words {
    func words(_ kind: String, _ doing: String, _ done: String) -> Words {
      Words(subject: "\(kind) \(step.subject)", doing: doing, done: done)
    }
    return switch step.action {
    case .createNetwork: words("Network", "Creating", "Created")
    case .removeNetwork: words("Network", "Removing", "Removed")
    case .createVolume: words("Volume", "Creating", "Created")
    case .removeVolume: words("Volume", "Removing", "Removed")
    case .createContainer(let creation):
      creation.replaced == nil ? words("Container", "Creating", "Created") : words("Container", "Recreate", "Recreated")
    case .keep: words("Container", "Running", "Running")
    case .start: words("Container", "Starting", "Started")
    case .restart: words("Container", "Restarting", "Started")
    case .stop: words("Container", "Stopping", "Stopped")
    case .kill: words("Container", "Killing", "Killed")
    case .pause: words("Container", "Pausing", "Paused")
    case .unpause: words("Container", "Unpausing", "Unpaused")
    case .remove: words("Container", "Removing", "Removed")
    case .await(.completed, _): words("Container", "Waiting", "Exited")
    case .await(.healthy, _): words("Container", "Waiting", "Healthy")
    case .await: words("Container", "Waiting", "Running")
    case .removeImage: words("Image", "Removing", "Removed")
    }
  }

  /// As `--dry-run` shows it.
  static func line(_ step: Step) -> String {
    let words = words(step)
    return "DRY-RUN  \(words.subject)  \(words.doing)"
  }
}

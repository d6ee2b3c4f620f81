import Compose

/// How a step is shown to the user.
struct StepDescription {
  /// `Container web-1`.
  let subject: String
  let inProgress: String
  let finished: String

  init(_ step: Step) {
    let (kind, inProgress, finished) = Self.texts(step.action)
    subject = "\(kind) \(step.subject)"
    self.inProgress = inProgress
    self.finished = finished
  }

  /// The line that `--dry-run` prints.
  var dryRunLine: String { "DRY-RUN  \(subject)  \(inProgress)" }

  private static func texts(_ action: Step.Action) -> (kind: String, inProgress: String, finished: String) {
    switch action {
    case .createNetwork: ("Network", "Creating", "Created")
    case .removeNetwork: ("Network", "Removing", "Removed")
    case .createVolume: ("Volume", "Creating", "Created")
    case .removeVolume: ("Volume", "Removing", "Removed")
    case .createContainer(let creation):
      creation.replaced == nil ? ("Container", "Creating", "Created") : ("Container", "Recreate", "Recreated")
    case .keep: ("Container", "Running", "Running")
    case .start: ("Container", "Starting", "Started")
    case .restart: ("Container", "Restarting", "Started")
    case .stop: ("Container", "Stopping", "Stopped")
    case .kill: ("Container", "Killing", "Killed")
    case .pause: ("Container", "Pausing", "Paused")
    case .unpause: ("Container", "Unpausing", "Unpaused")
    case .remove: ("Container", "Removing", "Removed")
    case .await(.completed, _): ("Container", "Waiting", "Exited")
    case .await(.healthy, _): ("Container", "Waiting", "Healthy")
    case .await: ("Container", "Waiting", "Running")
    case .removeImage: ("Image", "Removing", "Removed")
    }
  }
}

/// What completes a word of the command line.
enum CompletionKind: Equatable, Sendable {
  /// Containers in one of these states; all containers when the list is empty.
  case containers([String] = [])
  case networks
  case images
  case volumes
  case contexts
  /// Nodes of the cluster.
  case nodes
  /// Every object that `inspect` shows.
  case objects
  case files
  case words([String])
  /// Several kinds at once, for example volumes and files.
  case either([CompletionKind])
  /// `CONTAINER:PATH` or a local path.
  case copyLocation
  case nothing

  static let running = Self.containers(["running", "paused", "restarting"])
}

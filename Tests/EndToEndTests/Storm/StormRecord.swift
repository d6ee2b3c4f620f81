/// What a storm client did, read from its output: the state that the engine must have after a restart.
struct StormRecord {
  enum State: Equatable {
    case absent
    case created
    case running
    case stopped
    /// The client was interrupted while it changed the object: it may be as before or as after.
    case unknown
  }

  /// By name.
  private(set) var containers: [String: State] = [:]
  private(set) var networks: [String: State] = [:]
  private(set) var volumes: [String: State] = [:]
  /// Operations that failed although the engine answered.
  private(set) var failures: [String] = []
  /// The operation that was interrupted; `nil` if the client came to its end.
  private(set) var interrupted: String?
  /// The number of operations that were acknowledged.
  private(set) var acknowledged = 0

  init(_ lines: [String]) {
    var current: (verb: String, object: String)?
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      switch words.first {
      case ">" where words.count == 3:
        current = (words[1], words[2])
        set(.unknown, words[1], words[2])
      case "<":
        if let current {
          acknowledged += 1
          if words.last == "0" { set(Self.outcome(of: current.verb), current.verb, current.object) }
        }
        current = nil
      case "!": failures.append(line)
      default: break
      }
    }
    interrupted = current.map { "\($0.verb) \($0.object)" }
  }

  private mutating func set(_ state: State, _ verb: String, _ object: String) {
    switch verb {
    case "network-create", "network-rm": networks[object] = state
    case "volume-create", "volume-rm": volumes[object] = state
    // An interrupted rename leaves one of two names; both are looked for.
    default: containers[object] = state
    }
  }

  private static func outcome(of verb: String) -> State {
    switch verb {
    case "network-rm", "volume-rm", "rm": .absent
    case "create": .created
    case "stop": .stopped
    case "network-create", "volume-create": .created
    case "pause", "rename": .unknown
    default: .running
    }
  }
}

import EngineModel

/// The progress of each layer during a push, from skopeo's log and its file offsets. A pure state machine.
struct PushProgress: Sendable {
  private enum State: Hashable {
    case preparing
    case pushing(Int64)
    case pushed
    case exists
  }

  /// The layers to push, each blob once.
  private let layers: [StoredImage.Layer]
  private var states: [Digest: State] = [:]

  init(_ image: StoredImage) {
    var seen: Set<Digest> = []
    layers = image.layers.reversed().filter { seen.insert($0.blob.digest).inserted }
  }

  /// The events before the push starts.
  mutating func start() -> [TransferEvent] {
    layers.map { layer in
      states[layer.blob.digest] = .preparing
      return TransferEvent("Preparing", layer.diffID.short)
    }
  }

  /// - Parameters:
  ///   - log: skopeo's log so far (`--debug`).
  ///   - positions: its read offsets in the blobs that it has open.
  mutating func observe(log: String, positions: [Digest: Int64]) -> [TransferEvent] {
    var events: [TransferEvent] = []
    for layer in layers {
      let blob = layer.blob.digest
      switch states[blob] ?? .preparing {
      case .exists, .pushed: continue
      case .preparing where log.contains("Skipping blob \(blob) (already present)"):
        states[blob] = .exists
        events.append(TransferEvent("Layer already exists", layer.diffID.short))
      case let before:
        guard let position = positions[blob] else {
          guard case .pushing = before else { continue }
          states[blob] = .pushed
          events.append(TransferEvent("Pushed", layer.diffID.short))
          continue
        }
        guard before != .pushing(position) else { continue }
        states[blob] = .pushing(position)
        events.append(TransferEvent("Pushing", layer.diffID.short, current: position, total: layer.blob.size))
      }
    }
    return events
  }

  /// The remaining events after a successful push.
  mutating func finish(log: String) -> [TransferEvent] {
    observe(log: log, positions: [:])
      + layers.filter { states[$0.blob.digest] == .preparing }.map { TransferEvent("Pushed", $0.diffID.short) }
  }
}

import EngineModel

/// What becomes of each layer while skopeo pushes an image, from what it says and from how far it has read the files.
/// A value: what is told depends on what is seen alone.
struct PushProgress: Sendable {
  private enum State: Hashable {
    case preparing
    case pushing(Int64)
    case pushed
    case exists
  }

  /// What is pushed, each blob once.
  private let layers: [StoredImage.Layer]
  private var states: [Digest: State] = [:]

  init(_ image: StoredImage) {
    var seen: Set<Digest> = []
    layers = image.layers.reversed().filter { seen.insert($0.blob.digest).inserted }
  }

  /// What is told before anything is done.
  mutating func begin() -> [TransferEvent] {
    layers.map { layer in
      states[layer.blob.digest] = .preparing
      return TransferEvent("Preparing", layer.digest.short)
    }
  }

  /// - Parameters:
  ///   - log: all that skopeo has said so far (`--debug`).
  ///   - positions: how far it has read the blobs that it holds open.
  mutating func observe(log: String, positions: [Digest: Int64]) -> [TransferEvent] {
    var events: [TransferEvent] = []
    for layer in layers {
      let blob = layer.blob.digest
      switch states[blob] ?? .preparing {
      case .exists, .pushed: continue
      case .preparing where log.contains("Skipping blob \(blob) (already present)"):
        states[blob] = .exists
        events.append(TransferEvent("Layer already exists", layer.digest.short))
      case let before:
        guard let position = positions[blob] else {
          guard case .pushing = before else { continue }
          states[blob] = .pushed
          events.append(TransferEvent("Pushed", layer.digest.short))
          continue
        }
        guard before != .pushing(position) else { continue }
        states[blob] = .pushing(position)
        events.append(TransferEvent("Pushing", layer.digest.short, current: position, total: layer.blob.size))
      }
    }
    return events
  }

  /// What is left to tell once all went well.
  mutating func end(log: String) -> [TransferEvent] {
    observe(log: log, positions: [:])
      + layers.filter { states[$0.blob.digest] == .preparing }.map { TransferEvent("Pushed", $0.digest.short) }
  }
}

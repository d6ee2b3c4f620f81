package import EngineModel

/// A value of the model that a record stores as one of a few texts.
package protocol StoredAsText: CaseIterable, Hashable, Sendable {
  /// Part of the format: it stays as it is when a case gets another name.
  var storedText: String { get }
}

/// Reads and writes a value by its ``StoredAsText/storedText``.
package struct StoredText<Value: StoredAsText>: Codable, Hashable, Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Value.allCases.first(where: { $0.storedText == text }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "unknown \(Value.self): \(text)")
    }
    self.value = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value.storedText)
  }
}

extension ContainerState.Status: StoredAsText {
  package var storedText: String {
    switch self {
    case .created: "created"
    case .running: "running"
    case .paused: "paused"
    case .restarting: "restarting"
    case .removing: "removing"
    case .exited: "exited"
    case .dead: "dead"
    }
  }
}

extension Health.Status: StoredAsText {
  package var storedText: String {
    switch self {
    case .none: "none"
    case .starting: "starting"
    case .healthy: "healthy"
    case .unhealthy: "unhealthy"
    }
  }
}

extension MountSpecification.Kind: StoredAsText {
  package var storedText: String {
    switch self {
    case .bind: "bind"
    case .volume: "volume"
    case .tmpfs: "tmpfs"
    case .image: "image"
    case .npipe: "npipe"
    case .cluster: "cluster"
    }
  }
}

extension MountPoint.ReadOnlyRecursion: StoredAsText {
  package var storedText: String {
    switch self {
    case .nonRecursive: "top"
    case .forced: "everything"
    }
  }
}

extension RestartPolicy.Name: StoredAsText {
  package var storedText: String {
    switch self {
    case .no: "no"
    case .always: "always"
    case .unlessStopped: "unless-stopped"
    case .onFailure: "on-failure"
    }
  }
}

extension NetworkScope: StoredAsText {
  package var storedText: String {
    switch self {
    case .local: "local"
    case .global: "global"
    case .swarm: "swarm"
    }
  }
}

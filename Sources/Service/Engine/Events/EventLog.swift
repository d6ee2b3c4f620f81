import EngineModel

/// The recent events, and the clients that listen for new ones.
struct EventLog {
  private var history: [EngineEvent] = []
  private let capacity: Int
  private var listeners: [UInt64: (Filters, AsyncStream<EngineEvent>.Continuation)] = [:]
  private var count: UInt64 = 0

  init(capacity: Int) { self.capacity = max(1, capacity) }

  mutating func append(_ event: EngineEvent) {
    // Removing many at once keeps the cost of one event constant.
    if history.count >= capacity * 2 { history.removeFirst(history.count - capacity) }
    history.append(event)
    for (filters, listener) in listeners.values where filters.matches(event) { listener.yield(event) }
  }

  func since(_ time: Timestamp, until: Timestamp?, _ filters: Filters) -> [EngineEvent] {
    history.suffix(capacity).filter { event in
      event.time >= time && (until.map { $0 >= event.time } ?? true) && filters.matches(event)
    }
  }

  mutating func listen(_ filters: Filters, _ listener: AsyncStream<EngineEvent>.Continuation) -> UInt64 {
    count += 1
    listeners[count] = (filters, listener)
    return count
  }

  mutating func removeListener(_ number: UInt64) { listeners.removeValue(forKey: number)?.1.finish() }

  mutating func finish() {
    for (_, listener) in listeners.values { listener.finish() }
    listeners = [:]
  }

  static let keys: Set<String> = [
    "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret",
    "service", "type", "volume",
  ]
}

extension Filters {
  func matches(_ event: EngineEvent) -> Bool {
    guard allows("type", event.kind.rawValue), allows("scope", "local"), matches(labels: event.attributes) else {
      return false
    }
    // The filter `exec_start` matches `exec_start: sh`.
    let action = event.action.prefix { $0 != ":" }
    guard self["event"]?.contains(where: { $0 == action || $0 == event.action }) ?? true else { return false }
    guard self["image"]?.contains(where: event.isOf(image:)) ?? true else { return false }
    for kind in [EngineEvent.Kind.container, .network, .volume, .daemon] {
      guard let values = self[kind.rawValue] else { continue }
      let isOfKind = event.kind == kind
      // A network's event also names the container it is about.
      let container = kind == .container ? event.attributes["container"] : nil
      guard isOfKind || container != nil else { return false }
      let texts = isOfKind ? [event.actorID, event.attributes["name"]].compactMap(\.self) : [container ?? ""]
      guard
        values.contains(where: { value in texts.contains { $0 == value || $0.hasPrefix(value) && value.count >= 12 } })
      else { return false }
    }
    return true
  }
}

extension EngineEvent {
  /// Matches the events of an image and of its containers; the filter may omit the tag (moby: `matchImage`).
  fileprivate func isOf(image reference: String) -> Bool {
    guard kind == .image || kind == .container else { return false }
    let name = attributes[kind == .container ? "image" : "name"] ?? ""
    let texts = kind == .image ? [actorID, name] : [name]
    return texts.contains { $0 == reference || Self.withoutTag($0) == reference }
  }

  private static func withoutTag(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
    return String(name[..<colon])
  }
}

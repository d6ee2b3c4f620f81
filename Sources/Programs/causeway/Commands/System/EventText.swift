import EngineAPI

/// Formats an event as one line: time, type, action, id and attributes.
enum EventText {
  static func line(_ event: Wire.Event) -> String {
    let nanoseconds = event.timeNano == 0 ? event.time * 1_000_000_000 : event.timeNano
    let attributes = event.Actor.Attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let tail = attributes.isEmpty ? "" : " (\(attributes.joined(separator: ", ")))"
    return "\(DateText.rfc3339Nano(nanoseconds)) \(event.Type) \(event.Action) \(event.Actor.ID)\(tail)"
  }
}

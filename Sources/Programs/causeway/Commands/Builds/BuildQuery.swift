import JSON
import Compose
import EngineAPI
import EngineModel

/// Builds the query of `POST /build`.
struct BuildQuery {
  private(set) var items: EngineSession.Query = []

  mutating func add(_ name: String, _ value: String?) {
    if let value, !value.isEmpty { items.append((name, value)) }
  }

  mutating func add(_ name: String, _ value: Int64?) {
    if let value, value != 0 { items.append((name, String(value))) }
  }

  mutating func add(_ name: String, _ isWanted: Bool) {
    if isWanted { items.append((name, "1")) }
  }

  mutating func add(_ name: String, _ members: [String: String?]) {
    guard !members.isEmpty else { return }
    let object = members.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.map { .string($0) } ?? .null) }
    items.append((name, JSONValue.object(object).compactText))
  }

  mutating func add(_ name: String, list values: [String]) {
    guard !values.isEmpty else { return }
    items.append((name, JSONValue.array(values.map { .string($0) }).compactText))
  }

  mutating func add(_ limits: [ResourceLimit]) {
    guard !limits.isEmpty else { return }
    let values = limits.sorted { $0.name < $1.name }.map { limit in
      JSONValue.object([
        JSONMember("Name", .string(limit.name)), JSONMember("Soft", .number(String(limit.soft))),
        JSONMember("Hard", .number(String(limit.hard))),
      ])
    }
    items.append(("ulimits", JSONValue.array(values).compactText))
  }
}

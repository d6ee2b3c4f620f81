import EngineAPI
import EngineClient
import JSON
import Synchronization

/// Collects the resource usage of containers.
struct StatsCollector: Sendable {
  let engine: EngineSession

  /// The containers to show: the given ones, or all running ones.
  func names(_ asked: [String], all: Bool) async throws -> [String] {
    guard asked.isEmpty else { return asked }
    let query: EngineSession.Query = all ? [("all", "1")] : []
    let containers: [Wire.ContainerSummary] = try await engine.get("/containers/json", query)
    return containers.map(\.Id)
  }

  /// Measures all containers once and concurrently. The engine needs up to two seconds for one measurement.
  func once(_ names: [String]) async throws -> [StatsRow] {
    try await withThrowingTaskGroup(of: (Int, StatsRow).self) { group in
      for (index, name) in names.enumerated() {
        group.addTask {
          let value = try await engine.json("/containers/\(name)/stats", [("stream", "0")])
          return (index, Self.row(name, value))
        }
      }
      var rows: [(Int, StatsRow)] = []
      for try await row in group { rows.append(row) }
      return rows.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Shows the usage twice a second until all containers that the user named have stopped.
  func follow(_ asked: [String], all: Bool, screen: StatsScreen) async throws -> Int32 {
    let latest = LatestRows()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      let names = try await names(asked, all: all)
      for name in names {
        latest.add(name)
        group.addTask { try await watch(name, latest, isNamed: !asked.isEmpty) }
      }
      if asked.isEmpty { group.addTask { try await watchForNew(latest) } }
      if Descriptor.output.isTerminal { Descriptor.output.write("\u{1B}[2J") }
      // The first list must be complete. The command ends when a container that the user named cannot be measured.
      var isShowing = false
      while true {
        if let failure = latest.failure { throw failure }
        if !asked.isEmpty, latest.isEmpty { return 0 }
        isShowing = isShowing || latest.isComplete
        if isShowing, try !screen.show(latest.rows) { return 0 }
        try await Task.sleep(for: .milliseconds(isShowing ? 500 : 50))
      }
    }
  }

  private func watch(_ name: String, _ latest: LatestRows, isNamed: Bool) async throws {
    do {
      let chunks = try await engine.stream(.get, "/containers/\(name)/stats", [("stream", "1")])
      for try await value in JSONLines(chunks) { latest.set(name, Self.row(name, value)) }
      latest.remove(name)
    } catch let error as EngineErrorResponse {
      // A container that has stopped meanwhile is dropped, unless the user named it.
      if isNamed { latest.fail(error) } else { latest.remove(name) }
    } catch {
      latest.fail(error)
    }
  }

  private func watchForNew(_ latest: LatestRows) async throws {
    let filters = #"{"type":{"container":true},"event":{"start":true}}"#
    let chunks = try await engine.stream(.get, "/events", [("filters", filters)])
    await withTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      do {
        for try await value in JSONLines(chunks) {
          guard let id = value["Actor"]?["ID"]?.text ?? value["id"]?.text, latest.add(id) else { continue }
          group.addTask { try? await watch(id, latest, isNamed: false) }
        }
      } catch {
        latest.fail(error)
      }
    }
  }

  private static func row(_ name: String, _ value: JSONValue) -> StatsRow {
    var shown = value["name"]?.text ?? ""
    if shown.first == "/" { shown.removeFirst() }
    return StatsRow(container: name, id: value["id"]?.text ?? name, name: shown, usage: ContainerUsage(value))
  }

  /// The latest usage of each container. The collecting tasks write it, the screen reads it.
  private final class LatestRows: Sendable {
    private struct State {
      var order: [String] = []
      var rows: [String: StatsRow] = [:]
      var failure: (any Error)?
    }
    private let state = Mutex(State())

    /// - Returns: whether the name is new.
    @discardableResult
    func add(_ name: String) -> Bool {
      state.withLock { state in
        guard !state.order.contains(name) else { return false }
        state.order.append(name)
        return true
      }
    }

    func set(_ name: String, _ row: StatsRow) { state.withLock { $0.rows[name] = row } }

    func remove(_ name: String) {
      state.withLock { state in
        state.order.removeAll { $0 == name }
        state.rows[name] = nil
      }
    }

    func fail(_ error: any Error) { state.withLock { if $0.failure == nil { $0.failure = error } } }

    var failure: (any Error)? { state.withLock { $0.failure } }
    var isEmpty: Bool { state.withLock { $0.order.isEmpty } }
    var isComplete: Bool { state.withLock { state in state.order.allSatisfy { state.rows[$0] != nil } } }

    var rows: [StatsRow] {
      state.withLock { state in
        state.order.map {
          state.rows[$0] ?? StatsRow(container: $0, id: $0, name: "--", usage: nil)
        }
      }
    }
  }
}

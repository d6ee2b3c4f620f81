import JSON
import EngineAPI
import EngineClient
import Synchronization

extension Command {
  static var stats: Command {
    Command(
      "container stats", "stats", usage: "[OPTIONS] [CONTAINER...]",
      summary: "Display a live stream of container(s) resource usage statistics",
      options: [
        .flag("all", "a", "Show all containers (default shows just running)"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("no-stream", nil, "Disable streaming stats and only pull the first result"),
        .flag("no-trunc", nil, "Do not truncate output"),
      ],
      arguments: .atLeast(0)
    ) { invocation in
      let options = invocation.options
      let format = options.text("format") ?? invocation.configuration.text("statsFormat")
      let screen = StatisticsScreen(
        list: ListFormat(format, standard: StatisticsRow.standard), truncates: !options.flag("no-trunc"))
      let watch = StatisticsWatch(engine: invocation.engine)
      if options.flag("no-stream") {
        let names = try await watch.names(invocation.arguments, all: options.flag("all"))
        Descriptor.output.write(try screen.text(try await watch.once(names)))
        return 0
      }
      return try await watch.follow(invocation.arguments, all: options.flag("all"), screen: screen)
    }
  }
}

/// Writes lists of usage one over the other on a terminal, one after the other elsewhere.
struct StatisticsScreen: Sendable {
  let list: ListFormat
  let truncates: Bool
  private let isTerminal = Descriptor.output.isTerminal

  func text(_ rows: [StatisticsRow]) throws -> String {
    try list.text(headers: StatisticsRow.headers, rows: rows.map { $0.row(truncates: truncates) })
  }

  /// - Returns: whether there is still somebody to show it to.
  func show(_ rows: [StatisticsRow]) throws -> Bool {
    let text = try text(rows)
    guard isTerminal else { return Descriptor.output.write(text) }
    // To the top left, and what is longer from before is wiped out line by line: no flicker.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { $0 + "\u{1B}[K\n" }
    return Descriptor.output.write("\u{1B}[H" + lines.joined() + "\u{1B}[J")
  }
}

/// Follows what containers use.
struct StatisticsWatch: Sendable {
  let engine: EngineSession

  /// The containers that are meant: those named, or all that run.
  func names(_ asked: [String], all: Bool) async throws -> [String] {
    guard asked.isEmpty else { return asked }
    let query: EngineSession.Query = all ? [("all", "1")] : []
    let containers: [Wire.ContainerSummary] = try await engine.get("/containers/json", query)
    return containers.map(\.Id)
  }

  /// One measurement of each, all at the same time: the engine takes a second or two for one.
  func once(_ names: [String]) async throws -> [StatisticsRow] {
    try await withThrowingTaskGroup(of: (Int, StatisticsRow).self) { group in
      for (index, name) in names.enumerated() {
        group.addTask {
          let value = try await engine.json("/containers/\(name)/stats", [("stream", "0")])
          return (index, Self.row(name, value))
        }
      }
      var rows: [(Int, StatisticsRow)] = []
      for try await row in group { rows.append(row) }
      return rows.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Shows what comes twice a second, until the containers that were named are all gone.
  func follow(_ asked: [String], all: Bool, screen: StatisticsScreen) async throws -> Int32 {
    let board = Board()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      let names = try await names(asked, all: all)
      for name in names {
        board.add(name)
        group.addTask { try await watch(name, board, isNamed: !asked.isEmpty) }
      }
      if asked.isEmpty { group.addTask { try await watchForNew(board) } }
      if Descriptor.output.isTerminal { Descriptor.output.write("\u{1B}[2J") }
      // The first list is a whole one; a container that was named and cannot be measured ends the command.
      var hasBegun = false
      while true {
        if let failure = board.failure { throw failure }
        if !asked.isEmpty, board.isEmpty { return 0 }
        hasBegun = hasBegun || board.isComplete
        if hasBegun, try !screen.show(board.rows) { return 0 }
        try await Task.sleep(for: .milliseconds(hasBegun ? 500 : 50))
      }
    }
  }

  private func watch(_ name: String, _ board: Board, isNamed: Bool) async throws {
    do {
      let chunks = try await engine.stream(.get, "/containers/\(name)/stats", [("stream", "1")])
      for try await value in JSONLines(chunks) { board.set(name, Self.row(name, value)) }
      board.remove(name)
    } catch let error as EngineRefusal {
      // What runs no longer when it is asked about is only left out, unless it was asked for.
      if isNamed { board.fail(error) } else { board.remove(name) }
    } catch {
      board.fail(error)
    }
  }

  private func watchForNew(_ board: Board) async throws {
    let filters = #"{"type":{"container":true},"event":{"start":true}}"#
    let chunks = try await engine.stream(.get, "/events", [("filters", filters)])
    await withTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      do {
        for try await value in JSONLines(chunks) {
          guard let id = value["Actor"]?["ID"]?.text ?? value["id"]?.text, board.add(id) else { continue }
          group.addTask { try? await watch(id, board, isNamed: false) }
        }
      } catch {
        board.fail(error)
      }
    }
  }

  private static func row(_ name: String, _ value: JSONValue) -> StatisticsRow {
    var shown = value["name"]?.text ?? ""
    if shown.first == "/" { shown.removeFirst() }
    return StatisticsRow(container: name, id: value["id"]?.text ?? name, name: shown, usage: ContainerUsage(value))
  }

  /// What is known of each container, shared between those who watch and the one who shows.
  private final class Board: Sendable {
    private struct State {
      var order: [String] = []
      var rows: [String: StatisticsRow] = [:]
      var failure: (any Error)?
    }
    private let state = Mutex(State())

    /// - Returns: whether it is new.
    @discardableResult
    func add(_ name: String) -> Bool {
      state.withLock { state in
        guard !state.order.contains(name) else { return false }
        state.order.append(name)
        return true
      }
    }

    func set(_ name: String, _ row: StatisticsRow) { state.withLock { $0.rows[name] = row } }

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

    var rows: [StatisticsRow] {
      state.withLock { state in
        state.order.map {
          state.rows[$0] ?? StatisticsRow(container: $0, id: $0, name: "--", usage: nil)
        }
      }
    }
  }
}

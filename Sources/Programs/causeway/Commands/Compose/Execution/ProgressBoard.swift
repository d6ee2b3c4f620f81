import Glibc
import Synchronization

/// Shows the progress of steps on standard error: on a terminal one line per object that is redrawn, elsewhere one line
/// per change.
final class ProgressBoard: Sendable {
  enum Mode: Sendable {
    case plain
    case terminal
    case quiet
  }

  private struct Line {
    var text: String
    var began: ContinuousClock.Instant
    var seconds: Double?
    var hasFailed = false
  }

  private struct State {
    var title = ""
    var order: [String] = []
    var lines: [String: Line] = [:]
    var shown = 0
  }

  private let mode: Mode
  private let state = Mutex(State())

  init(mode: Mode) { self.mode = mode }

  func begin(_ title: String, steps: Int) {
    state.withLock { $0.title = title }
  }

  /// - Parameters:
  ///   - subject: `Container web-1`.
  ///   - isFinished: whether the step is finished.
  func update(_ subject: String, _ status: String, isFinished: Bool, failed: Bool = false) {
    state.withLock { state in
      switch mode {
      case .quiet: return
      case .plain: Descriptor.error.write(" \(subject)  \(status)\n")
      case .terminal:
        let now = ContinuousClock.now
        if state.lines[subject] == nil { state.order.append(subject) }
        var line = state.lines[subject] ?? Line(text: status, began: now)
        line.text = status
        line.hasFailed = failed
        let spent = line.began.duration(to: now)
        line.seconds = isFinished ? Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18 : nil
        state.lines[subject] = line
        draw(&state)
      }
    }
  }

  func end() {
    state.withLock { $0 = State() }
  }

  private func draw(_ state: inout State) {
    let size = Descriptor.error.size ?? (80, 24)
    let done = state.lines.values.count { $0.seconds != nil }
    var text = state.shown > 0 ? "\u{1B}[\(state.shown)A\r" : ""
    text += "\u{1B}[2K[+] \(state.title) \(done)/\(state.lines.count)\n"
    // Lines that scrolled off the screen cannot be redrawn, so only the last ones are shown.
    let rows = state.order.suffix(max(1, size.height - 2))
    let width = rows.map(\.count).max() ?? 0
    for subject in rows {
      guard let line = state.lines[subject] else { continue }
      let mark =
        line.hasFailed ? "\u{1B}[31m✘\u{1B}[0m" : line.seconds != nil ? "\u{1B}[32m✔\u{1B}[0m" : "\u{1B}[33m⠿\u{1B}[0m"
      let padding = String(repeating: " ", count: width - subject.count + 2)
      let time = line.seconds.map { seconds in "  \(Int(seconds * 10) / 10).\(Int(seconds * 10) % 10)s" } ?? ""
      let body = ellipsis("\(subject)\(padding)\(line.text)\(time)", max(20, size.width - 4))
      text += "\u{1B}[2K \(mark) \(body)\n"
    }
    state.shown = rows.count + 1
    Descriptor.error.write(text)
  }
}

import Synchronization

/// Prints lines of several containers, each with the name of its container before it, in a colour of its own.
final class LogPrinter: Sendable {
  private static let colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94]

  private struct State {
    var width = 0
    var colours: [String: Int] = [:]
    var partial: [String: [UInt8]] = [:]
  }

  private let isColoured: Bool
  private let hasPrefix: Bool
  private let state = Mutex(State())

  init(isColoured: Bool, hasPrefix: Bool = true) {
    self.isColoured = isColoured
    self.hasPrefix = hasPrefix
  }

  /// Makes room for a name and chooses its colour.
  func introduce(_ name: String) {
    state.withLock { state in
      state.width = max(state.width, name.count)
      if state.colours[name] == nil { state.colours[name] = Self.colours[state.colours.count % Self.colours.count] }
    }
  }

  /// Bytes of a container's output; lines are printed once they are whole.
  func print(_ bytes: some Sequence<UInt8>, of name: String, to output: Descriptor = .output) {
    state.withLock { state in
      var lines: [UInt8] = []
      var pending = state.partial[name] ?? []
      for byte in bytes {
        pending.append(byte)
        guard byte == 0x0A else { continue }
        lines += line(pending, name, state)
        pending = []
      }
      state.partial[name] = pending
      if !lines.isEmpty { output.write(lines) }
    }
  }

  /// What came without the end of a line.
  func finish(_ name: String) {
    state.withLock { state in
      guard let rest = state.partial.removeValue(forKey: name), !rest.isEmpty else { return }
      Descriptor.output.write(line(rest + [0x0A], name, state))
    }
  }

  /// A line of our own.
  func note(_ text: String) { state.withLock { _ in _ = Descriptor.output.write(text + "\n") } }

  private func line(_ text: [UInt8], _ name: String, _ state: State) -> [UInt8] {
    guard hasPrefix else { return text }
    let padding = String(repeating: " ", count: max(0, state.width - name.count))
    var prefix = "\(name)\(padding)  | "
    if isColoured, let colour = state.colours[name] { prefix = "\u{1B}[\(colour)m\(prefix)\u{1B}[0m" }
    return Array(prefix.utf8) + text
  }
}

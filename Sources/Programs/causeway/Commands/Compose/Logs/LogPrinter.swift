import Synchronization

/// Prints the lines of several containers. Each line starts with the container's name in the container's colour.
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

  /// Reads `--ansi`, `--no-color` and `--no-log-prefix`.
  convenience init(_ compose: ComposeInvocation) {
    let ansi = compose.globals.text("ansi") ?? "auto"
    let hasColours = ansi == "always" || (ansi != "never" && Descriptor.output.isTerminal)
    self.init(
      isColoured: hasColours && !compose.options.flag("no-color"), hasPrefix: !compose.options.flag("no-log-prefix"))
  }

  /// Widens the name column for a name and chooses its colour.
  func register(_ name: String) {
    state.withLock { state in
      state.width = max(state.width, name.count)
      if state.colours[name] == nil { state.colours[name] = Self.colours[state.colours.count % Self.colours.count] }
    }
  }

  /// Adds bytes of a container's output and prints the complete lines.
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

  /// Prints the rest of the output that has no newline.
  func finish(_ name: String) {
    state.withLock { state in
      guard let rest = state.partial.removeValue(forKey: name), !rest.isEmpty else { return }
      Descriptor.output.write(line(rest + [0x0A], name, state))
    }
  }

  /// Prints a line without a prefix.
  func printLine(_ text: String) { state.withLock { _ in _ = Descriptor.output.write(text + "\n") } }

  private func line(_ text: [UInt8], _ name: String, _ state: State) -> [UInt8] {
    guard hasPrefix else { return text }
    let padding = String(repeating: " ", count: max(0, state.width - name.count))
    var prefix = "\(name)\(padding)  | "
    if isColoured, let colour = state.colours[name] { prefix = "\u{1B}[\(colour)m\(prefix)\u{1B}[0m" }
    return Array(prefix.utf8) + text
  }
}

import EngineAPI
import EngineClient
import Glibc
import Synchronization

/// Carries bytes between this terminal and a program: what is typed goes in, what it writes comes out.
struct ProgramConversation: Sendable {
  /// How it ended.
  enum Ending: Sendable, Equatable {
    /// The program's output is over.
    case ended
    /// The person let go; the program goes on.
    case detached
  }

  let line: HijackedStream
  /// The program has a terminal: bytes come bare, and ours is made raw.
  let isTerminal: Bool
  let sendsInput: Bool
  let detachKeys: DetachKeys

  /// Makes the terminal raw where that is called for. Before the program starts, so that no key is lost or echoed.
  func prepareTerminal() -> TerminalMode? {
    guard isTerminal, sendsInput, Descriptor.input.isTerminal else { return nil }
    return TerminalMode.raw(.input)
  }

  /// Runs until the output ends or the detach keys are typed.
  func run() async throws -> Ending {
    let state = Shared()
    if sendsInput {
      let watchesKeys = isTerminal && Descriptor.input.isTerminal
      // Not waited for: it sits in a read of standard input, which nothing but the next key would end.
      Task { await sendInput(watchesKeys: watchesKeys, state) }
    }
    do {
      try await copyOutput()
    } catch {
      guard state.isDetached else { throw error }
    }
    return state.isDetached ? .detached : .ended
  }

  private func copyOutput() async throws {
    var frames = StreamFrameDecoder()
    for try await chunk in line.output {
      guard !isTerminal else {
        Descriptor.output.write(chunk)
        continue
      }
      for piece in try frames.decode(chunk) {
        (piece.stream == .stdout ? Descriptor.output : Descriptor.error).write(piece.bytes)
      }
    }
  }

  private func sendInput(watchesKeys: Bool, _ state: Shared) async {
    var scanner = DetachScanner(detachKeys)
    while let bytes = await Descriptor.input.read() {
      do {
        guard watchesKeys else {
          try await line.write(bytes)
          continue
        }
        switch scanner.scan(bytes) {
        case .forward(let bytes):
          if !bytes.isEmpty { try await line.write(bytes) }
        case .detach(let before):
          if !before.isEmpty { try? await line.write(before) }
          state.detach()
          await line.close()
          return
        }
      } catch {
        // The program no longer reads; its output says how it goes on.
        return
      }
    }
    await line.closeInput()
  }

  /// Whether the person has let go.
  private final class Shared: Sendable {
    private let flag = Mutex(false)
    var isDetached: Bool { flag.withLock { $0 } }
    func detach() { flag.withLock { $0 = true } }
  }
}

import EngineAPI
import EngineClient
import Glibc
import Synchronization

/// Copies bytes between this terminal and a program in a container.
struct TerminalSession: Sendable {
  enum Ending: Sendable, Equatable {
    /// The program's output ended.
    case ended
    /// The user detached; the program continues to run.
    case detached
  }

  let stream: HijackedStream
  /// Whether the program has a terminal. Its output is then unframed, and this terminal becomes raw.
  let isTerminal: Bool
  let sendsInput: Bool
  let detachKeys: DetachKeys

  /// Makes the terminal raw if needed. Must be called before the program starts, so that no key is lost or echoed.
  func prepareTerminal() -> TerminalMode? {
    guard isTerminal, sendsInput, Descriptor.input.isTerminal else { return nil }
    return TerminalMode.raw(.input)
  }

  /// Runs until the output ends or the detach keys are typed.
  func run() async throws -> Ending {
    let state = Shared()
    if sendsInput {
      let watchesKeys = isTerminal && Descriptor.input.isTerminal
      // Not awaited: the task blocks in a read of standard input, which only the next key ends.
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
    for try await chunk in stream.output {
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
          try await stream.write(bytes)
          continue
        }
        let (passed, isDetached) = scanner.scan(bytes)
        if isDetached {
          if !passed.isEmpty { try? await stream.write(passed) }
          state.detach()
          await stream.close()
          return
        }
        if !passed.isEmpty { try await stream.write(passed) }
      } catch {
        // The program stopped reading. Its output tells how it ends.
        return
      }
    }
    await stream.closeInput()
  }

  /// Whether the user has detached.
  private final class Shared: Sendable {
    private let flag = Mutex(false)
    var isDetached: Bool { flag.withLock { $0 } }
    func detach() { flag.withLock { $0 = true } }
  }
}

import Glibc
import Kernel

/// A `causewayd` process that runs in a host.
final class EngineProcess: Sendable {
  let arguments: [String]
  private let command: Command
  private let end: Task<CommandOutput, any Error>

  init(command: Command, arguments: [String]) {
    self.command = command
    self.arguments = arguments
    // Reaps it whenever it ends.
    end = Task { try await command.finish(timeout: .seconds(3600)) }
  }

  /// Whether the process has ended.
  var hasEnded: Bool { kill(command.pid, 0) != 0 }

  /// The end of its log.
  var logTail: String {
    command.errors.split(separator: "\n").suffix(40).joined(separator: "\n")
  }

  var log: String { command.errors }

  func reap() async {
    command.kill()
    _ = try? await end.value
  }

  /// Waits for its end.
  func ended(within limit: Duration) async throws -> CommandOutput {
    let end = end
    return try await withThrowingTaskGroup { group in
      group.addTask { try await end.value }
      group.addTask {
        try await Task.sleep(for: limit)
        throw TimedOut("the end of causewayd")
      }
      defer { group.cancelAll() }
      guard let output = try await group.next() else { throw CancellationError() }
      return output
    }
  }
}

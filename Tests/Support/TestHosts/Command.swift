import Glibc
import Kernel

/// A process that this test process starts and always ends, in a session of its own.
///
/// Its output goes to files, not to pipes: a grandchild that keeps the descriptor open stalls nobody.
final class Command: Sendable {
  let arguments: [String]
  private let child: ChildProcess
  private let stdout: OwnedDescriptor
  private let stderr: OwnedDescriptor

  /// - Parameters:
  ///   - vector: the program, found in `PATH` when it is no path, and its arguments.
  ///   - shown: the vector to show in errors.
  ///   - stdin: `nil` is `/dev/null`.
  init(_ vector: [String], shown: [String], environment: [String], stdin: [UInt8]?) throws {
    arguments = shown
    stdout = try ScratchFile.make()
    stderr = try ScratchFile.make()
    let input = try stdin.map { try ScratchFile.make(containing: $0) }
    var descriptors: [Int32: Int32] = [1: stdout.number, 2: stderr.number]
    descriptors[0] = input?.number
    child = try ChildProcess(
      ChildProcess.Specification(
        path: try Tool(vector[0]).path, arguments: vector, environment: environment,
        descriptors: descriptors, newSession: true))
    withExtendedLifetime(input) {}
  }

  var pid: Int32 { child.pid }

  /// What it has written until now.
  var output: String { ScratchFile.text(of: stdout) }
  var errors: String { ScratchFile.text(of: stderr) }

  /// Waits for the end; call it once. After the timeout the whole session is killed, and ``TimedOut`` thrown.
  func finish(timeout: Duration) async throws -> CommandOutput {
    let child = child
    let alarm = Task {
      try await Task.sleep(for: timeout)
      _ = Glibc.kill(-child.pid, SIGKILL)
      return true
    }
    let status = try await withTaskCancellationHandler {
      try await child.exit()
    } onCancel: {
      _ = Glibc.kill(-child.pid, SIGKILL)
    }
    alarm.cancel()
    let late = (try? await alarm.value) ?? false
    let result = CommandOutput(arguments: arguments, status: status, stdout: output, stderr: errors)
    if late { throw TimedOut(arguments.joined(separator: " "), detail: "\(result)") }
    return result
  }

  /// Kills its whole session.
  func kill(_ signal: Int32 = SIGKILL) {
    _ = Glibc.kill(-child.pid, signal)
  }
}

/// A file without a name.
enum ScratchFile {
  static func make(containing bytes: [UInt8] = []) throws -> OwnedDescriptor {
    var template = Array("/tmp/causeway-test-XXXXXX".utf8CString)
    let number = mkstemp(&template)
    guard number >= 0 else { throw SystemCallError(errno: errno, call: "mkstemp", subject: "/tmp") }
    let file = OwnedDescriptor(adopting: number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    unlink(template)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemCallError(errno: errno, call: "write", subject: "scratch file") }
      rest = rest.dropFirst(count)
    }
    lseek(number, 0, SEEK_SET)
    return file
  }

  static func text(of file: OwnedDescriptor) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(file.number, &buffer, buffer.count, bytes.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}

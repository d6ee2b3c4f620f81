import Glibc
import Synchronization

extension Tool {
  /// Runs it to its end and hands on what it writes to standard output as it comes. Who takes it slowly slows the
  /// program down. Its standard error is in the result.
  ///
  /// When the task is cancelled, or `use` throws, the program is ended and its end awaited before the error is thrown.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - isLeashed: its standard input is a pipe into which nothing is ever written and which ends when the program
  ///     shall: on cancellation, and also when this process dies. The program has to watch it. Without a leash it gets
  ///     SIGTERM on cancellation.
  ///   - use: is given pieces of standard output in their order.
  public func run(
    _ arguments: [String], environment: [String]? = nil, directory: String? = nil, isLeashed: Bool = false,
    handingOn use: ([UInt8]) async throws -> Void
  ) async throws -> Output {
    var specification = ChildProcess.Specification(
      path: path, arguments: [path] + arguments, environment: environment, directory: directory)
    specification.view = view
    let running = try Streaming(specification, isLeashed: isLeashed)
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await withTaskCancellationHandler {
          while let piece = try await running.next() { try await use(piece) }
          try Task.checkCancellation()
        } onCancel: {
          running.end()
        })
    } catch {
      running.end()
      result = .failure(error)
    }
    let status = try await running.child.exit()
    let errors = running.errors.finish().bytes
    try result.get()
    return Output(status: status, stdout: [], stderr: errors, droppedOutput: 0)
  }
}

/// A program whose output is being read.
private final class Streaming: Sendable {
  let child: ChildProcess
  let errors: OutputCapture
  private let output: OwnedDescriptor
  private let leash: Mutex<OwnedDescriptor?>

  /// Our copies of the child's ends are closed when this returns: the ends that are left are the child's own.
  init(_ specification: ChildProcess.Specification, isLeashed: Bool) throws {
    let (stdout, stderr, stdin) = (try Pipe(), try Pipe(), try Pipe())
    try stdout.readEnd.setNonblocking()
    try stderr.readEnd.setNonblocking()
    var specification = specification
    if isLeashed { specification.descriptors[0] = stdin.readEnd.number }
    specification.descriptors[1] = stdout.writeEnd.number
    specification.descriptors[2] = stderr.writeEnd.number
    errors = try OutputCapture(readEnd: stderr.readEnd, cap: 1 << 20)
    do {
      child = try ChildProcess(specification)
    } catch {
      _ = errors.finish()
      throw error
    }
    withExtendedLifetime((stdout, stderr, stdin)) {}
    output = stdout.readEnd
    leash = Mutex(isLeashed ? stdin.writeEnd : nil)
  }

  func end() {
    let held = leash.withLock { $0.take() }
    if held == nil { try? child.signal(SIGTERM) }
  }

  /// - Returns: `nil` at the end.
  func next() async throws -> [UInt8]? {
    while true {
      var failure: Int32 = 0
      var isOver = false
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let result = read(output.number, buffer.baseAddress, buffer.count)
        count = max(0, result)
        isOver = result == 0
        if result < 0 { failure = errno }
      }
      if !piece.isEmpty { return piece }
      if isOver { return nil }
      switch failure {
      case EINTR: continue
      case EAGAIN: try await ReadinessThread.shared.readable(output.number)
      default: throw SystemCallError(errno: failure, call: "read", subject: "a program's output")
      }
    }
  }
}

import Glibc
import Synchronization

extension Tool {
  /// Runs the program and passes on its standard output as it arrives. A slow consumer slows the program down. The
  /// result contains its standard error.
  ///
  /// When the task is cancelled or `use` throws, this ends the program, waits for it, and then throws.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - isLeashed: connects standard input to a pipe that carries no data and closes on cancellation or when this
  ///     process dies. The program must watch it. Without it, the program gets SIGTERM on cancellation.
  ///   - use: receives the pieces of standard output in order.
  package func run(
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

/// A running program whose output is being read.
private final class Streaming: Sendable {
  let child: ChildProcess
  let errors: OutputCapture
  private let output: OwnedDescriptor
  private let leash: Mutex<OwnedDescriptor?>

  /// Our copies of the child's pipe ends close when this returns, so that only the child holds them.
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

  /// - Returns: `nil` at the end of the output.
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

package import EngineModel
import Glibc
import Synchronization

/// An installed program that the engine runs, found by name.
package struct Tool: Sendable {
  package struct Output: Sendable {
    package let status: ExitStatus
    package let stdout: [UInt8]
    package let stderr: [UInt8]
    /// The number of bytes of standard output beyond the limit.
    package let droppedOutput: Int

    package var stdoutText: String { String(decoding: stdout, as: UTF8.self) }
    package var stderrText: String { String(decoding: stderr, as: UTF8.self) }
  }

  /// The first of the names that was found.
  package let name: String
  package let path: String
  /// The mount view of the program; `nil` means the engine's mounts.
  package var view: MountView?

  /// Finds an executable.
  ///
  /// - Parameters:
  ///   - names: absolute paths, or names to look up in `PATH` and then in `/usr/local/sbin`, `/usr/sbin` and `/sbin`.
  ///     The first match wins (`["crun", "runc"]`).
  ///   - package: the Debian package to name in the error; the default is the last name.
  /// - Throws: `unavailable`: "runc is not installed: apt install runc".
  package init(_ names: [String], package: String? = nil) throws(EngineError) {
    for name in names {
      if let path = Self.find(name) {
        self.name = name
        self.path = path
        return
      }
    }
    let missing = names.joined(separator: " or ")
    throw EngineError(
      .unavailable, "\(missing) is not installed: apt install \(package ?? names.last ?? missing)")
  }

  package init(_ name: String, package: String? = nil) throws(EngineError) {
    try self.init([name], package: package)
  }

  private static let found = Mutex<[String: String]>([:])

  /// The path of an executable. Caches it while the file exists.
  package static func find(_ name: String) -> String? {
    if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
    if let known = found.withLock({ $0[name] }), access(known, X_OK) == 0 { return known }
    let variable = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in variable.split(separator: ":").map(String.init) + [
      "/usr/local/sbin", "/usr/sbin", "/sbin",
    ] {
      let path = "\(folder)/\(name)"
      if path.hasPrefix("/"), access(path, X_OK) == 0 {
        found.withLock { $0[name] = path }
        return path
      }
    }
    return nil
  }

  /// Runs the program to its end. A non-zero status is not an error; see ``Output/requireSuccess(_:)``.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - stdin: `nil` is `/dev/null`.
  ///   - environment: `NAME=value`; `nil` inherits the engine's environment.
  ///   - descriptors: further descriptors, the child's number to ours.
  ///   - outputCap: the number of bytes to keep of each stream; the rest is read and dropped.
  package func run(
    _ arguments: [String], stdin: [UInt8]? = nil, environment: [String]? = nil,
    directory: String? = nil,
    descriptors: [Int32: Int32] = [:], outputCap: Int = 16 << 20
  ) async throws -> Output {
    let (child, captures) = try start(
      ChildProcess.Specification(
        path: path, arguments: [path] + arguments, environment: environment, directory: directory,
        descriptors: descriptors), stdin: stdin, outputCap: outputCap)
    let exit = try await withTaskCancellationHandler {
      try await child.exit()
    } onCancel: {
      try? child.signal(SIGTERM)
    }
    let (bytes, dropped) = captures.0.finish()
    return Output(
      status: exit, stdout: bytes, stderr: captures.1.finish().bytes, droppedOutput: dropped)
  }

  /// A separate function, because returning closes our copies of the child's pipe ends, and the child waits for the end
  /// of its input until they are closed.
  private func start(
    _ specification: ChildProcess.Specification, stdin: [UInt8]?, outputCap: Int
  ) throws -> (ChildProcess, (OutputCapture, OutputCapture)) {
    let stdout = try Pipe()
    let stderr = try Pipe()
    let input = try stdin.map { _ in try Pipe() }
    try stdout.readEnd.setNonblocking()
    try stderr.readEnd.setNonblocking()
    try input?.writeEnd.setNonblocking()
    var specification = specification
    specification.view = view
    specification.descriptors[0] = input?.readEnd.number
    specification.descriptors[1] = stdout.writeEnd.number
    specification.descriptors[2] = stderr.writeEnd.number
    let captures = (
      try OutputCapture(readEnd: stdout.readEnd, cap: outputCap),
      try OutputCapture(readEnd: stderr.readEnd, cap: outputCap)
    )
    let child: ChildProcess
    do {
      child = try ChildProcess(specification)
    } catch {
      _ = (captures.0.finish(), captures.1.finish())
      throw error
    }
    // The specification holds only numbers, so the pipes must live until here.
    withExtendedLifetime((stdout, stderr, input)) {}
    if let input, let stdin {
      do {
        try InputFeed.start(writeEnd: input.writeEnd, bytes: stdin)
      } catch {
        try? child.signal(SIGKILL)
        _ = try? ChildProcess.reap(child.pidfd)
        throw error
      }
    }
    return (child, captures)
  }
}

extension Tool.Output {
  /// Throws the program's standard error unless it succeeded.
  ///
  /// - Parameter action: what the program was run for: "creating the container".
  @discardableResult
  package func requireSuccess(_ action: String) throws(EngineError) -> Self {
    guard status.isSuccess else {
      let lines = stderrText.split(separator: "\n").suffix(5).joined(separator: "; ")
      throw EngineError(.system, "\(action): \(lines.isEmpty ? "\(status)" : lines)")
    }
    return self
  }
}

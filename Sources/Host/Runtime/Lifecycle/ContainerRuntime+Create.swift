package import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// Creates a container. Its process waits for ``start(_:)``.
  ///
  /// - Parameters:
  ///   - runtime: one of ``runtimeNames``; `nil`: ``defaultRuntime``.
  ///   - logPath: the file to which conmon appends the output; `nil`: no log.
  ///   - logLimit: `nil`: no limit.
  /// - Returns: the process id in the host's PID namespace.
  /// - Throws: ``EngineError`` in Docker's words; then nothing remains. See ``exitCode(of:)`` for 126 and 127.
  package func create(
    _ id: String, specification: OCISpecification, runtime name: String? = nil, stdio: StandardStreams,
    logPath: String?, logLimit: LogLimit? = nil
  ) async throws -> Int32 {
    let runtime = try runtime(named: name ?? defaultRuntime)
    let bundle = layout.bundle(id)
    guard !SmallFile.exists(bundle.path) else {
      throw EngineError(.conflict, "container \(id) has a runtime folder already")
    }
    do {
      try makeDirectories(bundle.exitFolder, mode: 0o700)
      try SmallFile.write(bundle.runtimeName, Array(runtime.name.utf8))
      try SmallFile.write(bundle.specification, try specification.json(for: runtime.kind))
      if stdio.stdin == .untilFirstDetach { try SmallFile.write(bundle.stdinOnce, []) }
      let command = MonitorCommand(
        purpose: .container, bundle: bundle, runtime: runtime.tool, runtimeState: layout.runtimeState,
        stdio: stdio, logPath: logPath)
      var start = try startMonitor(command)
      let pid = try await readProcessID(&start, stage: .create, bundle, program: specification.process.args.first)
      if let logPath, let logLimit {
        try SmallFile.write(bundle.logLimit, Array("\(logLimit.text)\n\(logPath)".utf8))
        try rotateLog(bundle)
      }
      watchExit(bundle, start.monitor)
      return pid
    } catch {
      // Report the first error, not one of the cleanup.
      try? await delete(id, force: true)
      throw error
    }
  }

  /// Starts or resumes the log's rotation if it has a limit.
  func rotateLog(_ bundle: RuntimeLayout.Bundle) throws {
    guard let log = Self.limitedLog(bundle) else { return }
    try logRotator.watch(log)
  }

  static func limitedLog(_ bundle: RuntimeLayout.Bundle) -> LogRotator.Log? {
    guard let text = try? readFile(bundle.logLimit), let end = text.firstIndex(of: "\n"),
      let limit = LogLimit(text: String(text[..<end]))
    else { return nil }
    return LogRotator.Log(
      series: LogFileSeries(path: String(text[text.index(after: end)...])), limit: limit, control: bundle.control)
  }

  struct MonitorStart {
    var monitor: OwnedDescriptor
    var sync: SyncPipe
    /// The start pipe of an attached exec.
    var start: OwnedDescriptor?
    var attach: SyncPipe?
  }

  func startMonitor(_ monitorCommand: MonitorCommand) throws -> MonitorStart {
    let sync = try Pipe()
    var descriptors = [MonitorCommand.syncPipe: sync.writeEnd.number]
    var pipes: [Pipe] = [sync]
    if case .exec(_, _, attached: true) = monitorCommand.purpose {
      let (startPipe, attachPipe) = (try Pipe(), try Pipe())
      descriptors[MonitorCommand.startPipe] = startPipe.readEnd.number
      descriptors[MonitorCommand.attachPipe] = attachPipe.writeEnd.number
      pipes += [startPipe, attachPipe]
    }
    let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    var command = ChildProcess.Specification(
      path: monitor.path, arguments: [monitor.path] + monitorCommand.arguments,
      environment: monitorCommand.environment(searchPath: searchPath, temporaryFolder: layout.root),
      directory: monitorCommand.bundle.path, descriptors: descriptors)
    command.view = monitorCommand.runtime.view
    let child = try ChildProcess(command)
    // The specification contains only descriptor numbers.
    withExtendedLifetime(pipes) {}
    // conmon is the engine's child while the engine lives, so the engine must reap it.
    Task { _ = try? await child.exit() }
    try SmallFile.write(monitorCommand.bundle.monitorPid, Array("\(child.pid)".utf8))
    var start = MonitorStart(monitor: child.pidfd, sync: try SyncPipe(reading: sync.readEnd))
    if pipes.count == 3 {
      start.start = pipes[1].writeEnd
      start.attach = try SyncPipe(reading: pipes[2].readEnd)
    }
    return start
  }

  /// Reads the process id from conmon's first report.
  func readProcessID(
    _ start: inout MonitorStart, stage: RuntimeFailure.Stage, _ bundle: RuntimeLayout.Bundle, program: String?
  ) async throws -> Int32 {
    guard let report = try await start.sync.next() else {
      let log = (try? readFile("\(bundle.path)/oci.log")) ?? ""
      throw RuntimeFailure(stage: stage, runtimeOutput: log, program: program).engineError
    }
    guard report.data > 0 else {
      throw RuntimeFailure(stage: stage, runtimeOutput: report.message ?? "", program: program).engineError
    }
    return report.data
  }

  /// The exit status for an error of create, start or exec: 127 if the program was not found, 126 if it cannot be
  /// executed, 128 otherwise.
  package static func exitCode(of error: EngineError) -> Int32 {
    RuntimeFailure(stage: .create, runtimeOutput: error.message).exitCode
  }
}

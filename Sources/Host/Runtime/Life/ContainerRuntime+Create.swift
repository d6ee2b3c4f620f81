public import EngineModel
import FoundationEssentials
import Glibc
import Kernel

extension ContainerRuntime {
  /// Makes a container whose process waits to be let go by ``start(_:)``.
  ///
  /// - Parameters:
  ///   - runtime: the name of one of ``runtimeNames``; `nil` is ``defaultRuntime``.
  ///   - logPath: where conmon appends the output; `nil` when it is not to be kept.
  ///   - logBound: `nil`: all of it is kept.
  /// - Returns: the process id, in the host's pid namespace.
  /// - Throws: ``EngineError`` in Docker's words; nothing is left then. See ``exitCode(of:)`` for 126 and 127.
  public func create(
    _ id: String, specification: OCISpecification, runtime name: String? = nil, stdio: StandardStreams,
    logPath: String?, logBound: LogBound? = nil
  ) async throws -> Int32 {
    let runtime = try runtime(named: name ?? defaultRuntime)
    let bundle = layout.bundle(id)
    guard !SmallFile.exists(bundle.path) else {
      throw EngineError(.conflict, "container \(id) has a runtime folder already")
    }
    do {
      try SmallFile.makeFolder(bundle.exitFolder)
      try SmallFile.write(bundle.runtimeName, Array(runtime.name.utf8))
      try SmallFile.write(bundle.specification, try specification.json(for: runtime.kind))
      if stdio.stdin == .untilFirstDetach { try SmallFile.write(bundle.inputIsOnce, []) }
      let launch = MonitorLaunch(
        purpose: .container, bundle: bundle, runtime: runtime.tool, runtimeState: layout.runtimeState,
        stdio: stdio, logPath: logPath)
      var start = try startMonitor(launch)
      let pid = try await firstReport(&start, stage: .create, bundle, program: specification.process.args.first)
      if let logPath, let logBound {
        try SmallFile.write(bundle.logBound, Array("\(logBound.text)\n\(logPath)".utf8))
        try keepLog(bundle)
      }
      watch(bundle, start.monitor)
      return pid
    } catch {
      // The error that made it fail is the one to tell.
      try? await delete(id, force: true)
      throw error
    }
  }

  /// Begins, or begins again, to hold the log within its bound, if it has one.
  func keepLog(_ bundle: RuntimeLayout.Bundle) throws {
    guard let log = Self.boundedLog(bundle) else { return }
    try keeper.keep(log)
  }

  static func boundedLog(_ bundle: RuntimeLayout.Bundle) -> LogKeeper.Log? {
    guard let text = try? readFile(bundle.logBound), let end = text.firstIndex(of: "\n"),
      let bound = LogBound(text: String(text[..<end]))
    else { return nil }
    return LogKeeper.Log(
      series: LogSeries(path: String(text[text.index(after: end)...])), bound: bound, control: bundle.control)
  }

  struct MonitorStart {
    var monitor: OwnedDescriptor
    var sync: SyncPipe
    /// Of an executed process that waits to be attached to.
    var start: OwnedDescriptor?
    var attach: SyncPipe?
  }

  func startMonitor(_ launch: MonitorLaunch) throws -> MonitorStart {
    let sync = try Pipe()
    var descriptors = [MonitorLaunch.syncPipe: sync.writeEnd.number]
    var held: [Pipe] = [sync]
    if case .exec(_, _, attached: true) = launch.purpose {
      let (startPipe, attachPipe) = (try Pipe(), try Pipe())
      descriptors[MonitorLaunch.startPipe] = startPipe.readEnd.number
      descriptors[MonitorLaunch.attachPipe] = attachPipe.writeEnd.number
      held += [startPipe, attachPipe]
    }
    let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    var command = ChildProcess.Specification(
      path: monitor.path, arguments: [monitor.path] + launch.arguments,
      environment: launch.environment(searchPath: searchPath, temporaryFolder: layout.root),
      directory: launch.bundle.path, descriptors: descriptors)
    command.view = launch.runtime.view
    let child = try ChildProcess(command)
    // The specification holds numbers only.
    withExtendedLifetime(held) {}
    // It stays our child as long as we live, and must be reaped.
    Task { _ = try? await child.exit() }
    try SmallFile.write(launch.bundle.monitorPid, Array("\(child.pid)".utf8))
    var start = MonitorStart(monitor: child.pidfd, sync: try SyncPipe(reading: sync.readEnd))
    if held.count == 3 {
      start.start = held[1].writeEnd
      start.attach = try SyncPipe(reading: held[2].readEnd)
    }
    return start
  }

  /// Waits for the process id.
  func firstReport(
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

  /// The exit status that a failure to create, start or execute stands for: 127 when the program was not found, 126 when
  /// it may not be executed, 128 otherwise.
  public static func exitCode(of error: EngineError) -> Int32 {
    RuntimeFailure(stage: .create, runtimeOutput: error.message).exitCode
  }
}

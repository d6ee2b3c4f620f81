import CLinux
import EngineModel
import Glibc
import Kernel
import Logging
import Runtime

/// The runtime port on conmon and an OCI runtime.
struct ConmonRuntime: RuntimePort {
  private let runtime: ContainerRuntime
  private let host: Runtime.HostFacts
  private let logger: Logger
  let exits: AsyncStream<ExitReport>

  init(configuration: EngineConfiguration, logger: Logger) throws {
    runtime = try ContainerRuntime(
      root: configuration.execRoot, runtimes: configuration.runtimes,
      preference: configuration.defaultRuntime.map { [$0] } ?? ["crun", "runc"],
      monitor: configuration.monitorProgram, logger: logger)
    host = try Runtime.HostFacts.read()
    self.logger = logger
    let (stream, continuation) = AsyncStream.makeStream(of: ExitReport.self)
    exits = stream
    let ends = runtime.exits
    Task {
      for await end in ends { if let end = ExitReport(end) { continuation.yield(end) } }
      continuation.finish()
    }
  }

  var defaultRuntime: String { runtime.defaultRuntime }
  var runtimeNames: Set<String> { runtime.runtimeNames }

  private func facts(for wanted: HostConfiguration) -> Runtime.HostFacts {
    guard wanted.runInit ?? false, host.initProgram == nil else { return host }
    var facts = host
    facts.initProgram = Runtime.HostFacts.findInit()
    return facts
  }

  func create(_ request: LaunchRequest) async throws -> Int32 {
    let container = request.container
    let network: SpecificationRequest.Network =
      switch request.network {
      case .host: .host
      case .namespace(let path): .namespace(path)
      }
    let specification = try await SpecificationRequest(
      container: container, rootfs: request.rootFilesystem, network: network,
      binds: container.mounts.filter { $0.kind == .bind || $0.kind == .volume }.map {
        SpecificationRequest.Bind(
          source: $0.source, destination: $0.destination, isWritable: $0.isWritable, propagation: $0.propagation,
          isRecursive: !($0.isNonRecursive ?? false) && Self.isFolder($0.source),
          readOnlyRecursion: $0.readOnlyRecursion)
      },
      files: request.files.map { SpecificationRequest.Bind(source: $0.source, destination: $0.destination) },
      joined: request.joined, sharedMemory: request.sharedMemory
    ).prepared()
    let built = try OCISpecification.build(specification, host: facts(for: container.host))
    for warning in built.warnings { logger.warning("\(container.id.short): \(warning)") }
    let configuration = container.configuration
    let input: StandardStreams.Input =
      !configuration.openStdin ? .none : configuration.stdinOnce ? .untilFirstDetach : .open
    return try await runtime.create(
      container.id.rawValue, specification: built.specification, runtime: container.host.runtime,
      stdio: StandardStreams(stdin: input, terminal: configuration.tty), logPath: request.logPath,
      logLimit: request.logLimit)
  }

  /// Nothing can be mounted below a file, and crun before 1.9 fails on a recursive read-only mount of one.
  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  func start(_ id: ContainerID) async throws { try await runtime.start(id.rawValue) }
  func signal(_ id: ContainerID, _ signal: Int32) async throws { try runtime.kill(id.rawValue, signal: signal) }
  func releaseOutput(_ id: ContainerID) { runtime.releaseOutput(id.rawValue) }
  func pause(_ id: ContainerID) async throws { try await runtime.pause(id.rawValue) }
  func resume(_ id: ContainerID) async throws { try await runtime.resume(id.rawValue) }
  func delete(_ id: ContainerID) async throws { try await runtime.delete(id.rawValue, force: true) }

  func recover() async throws -> [RecoveredRun] {
    var found: [RecoveredRun] = []
    for run in await runtime.recover() {
      guard let id = ContainerID(run.id) else { continue }
      let state: RecoveredRun.State =
        switch run.phase {
        case .created, .incomplete: .created
        case .running(let pid): .running(pid: pid, isPaused: false)
        case .paused(let pid): .running(pid: pid, isPaused: true)
        case .exited(let exit): .ended(ExitReport(id: id, code: exit.code, oomKilled: exit.wasOutOfMemory))
        }
      found.append(RecoveredRun(id: id, state: state))
    }
    return found
  }

  func attach(_ id: ContainerID, terminal: Bool, stdin: Bool) throws -> AttachedStreams {
    AttachedStreams(try runtime.attach(id.rawValue, stdin: stdin), terminal: terminal, stdin: stdin)
  }

  func resize(_ id: ContainerID, height: Int, width: Int) throws {
    try runtime.resize(id.rawValue, height: height, width: width)
  }

  func logs(_ container: Container, at path: String, _ request: LogRequest) async throws -> OutputSequence {
    let query = LogQuery(
      stdout: request.stdout, stderr: request.stderr, since: request.since, until: request.until, tail: request.tail,
      follow: request.follow)
    return LogOutput(
      reader: runtime.logs(container.id.rawValue, path: path, query), showsTimes: request.timestamps,
      details: request.details ? try Array("\(LogOptions(container).details) ".utf8) : [])
  }

  func awaitLog(_ id: ContainerID, at path: String) async throws { try await runtime.awaitLog(id.rawValue, path: path) }

  func processes(_ id: ContainerID) async throws -> [Int32] {
    let groups = runtime.cgroups(of: id.rawValue)
    // Every controller has the same processes.
    guard let path = groups["pids"] ?? groups["memory"] ?? groups.values.first else { return [] }
    return try readFile("\(path)/cgroup.procs").split(separator: "\n").compactMap { Int32($0) }
  }

  func usage(of id: ContainerID, countsInterfaces: Bool) async throws -> ResourceUsage? {
    try await runtime.usage(of: id.rawValue, countsInterfaces: countsInterfaces)
  }

  func validate(_ wanted: HostConfiguration) async throws -> [String] {
    try OCISpecification.validate(wanted, host: facts(for: wanted), devices: HostDevices.named(in: wanted.resources))
  }

  func update(_ container: Container) async throws {
    try await runtime.update(
      container.id.rawValue,
      try OCISpecification.limits(
        of: container.host, host: host, devices: HostDevices.named(in: container.host.resources)))
  }

  func execute(_ execID: String, in container: Container, _ request: ExecRequest, detach: Bool) async throws
    -> StartedExec
  {
    let size = (request.consoleHeight, request.consoleWidth)
    let process = try await runtime.execute(
      execID, in: container.id.rawValue,
      ExecSpecification(
        arguments: request.command, environment: request.environment, user: request.user,
        workingDirectory: request.workingDirectory, privileged: request.privileged,
        stdio: StandardStreams(stdin: request.attachStdin ? .untilFirstDetach : .none, terminal: request.tty),
        consoleSize: size.0 > 0 && size.1 > 0 ? .init(height: size.0, width: size.1) : nil, detached: detach))
    return StartedExec(
      pid: process.pid,
      streams: process.io.map { AttachedStreams($0, terminal: request.tty, stdin: request.attachStdin) },
      exit: { try await process.exit() }, kill: { process.kill() })
  }

  func resizeExec(_ execID: String, in id: ContainerID, height: Int, width: Int) throws {
    try runtime.resizeExec(execID, in: id.rawValue, height: height, width: width)
  }
}

extension ExitReport {
  init?(_ exit: Runtime.ContainerExit) {
    guard let id = ContainerID(exit.id) else { return nil }
    self.init(id: id, code: exit.code, oomKilled: exit.wasOutOfMemory)
  }
}

extension AttachedStreams {
  init(_ io: AttachedIO, terminal: Bool, stdin: Bool) {
    self.init(
      isTerminal: terminal, output: AttachedOutput(io: io),
      send: { bytes in if stdin { try await io.write(bytes) } },
      endInput: { if stdin { io.closeStdin() } },
      detach: { io.close() })
  }
}

/// Converts the runtime's output chunks to the engine's.
private struct AttachedOutput: AsyncSequence, Sendable {
  let io: AttachedIO

  struct Iterator: AsyncIteratorProtocol {
    let io: AttachedIO

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      guard let chunk = try await io.next() else { return nil }
      return OutputChunk(chunk.stream == .stderr ? .stderr : .stdout, chunk.bytes)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(io: io) }
}

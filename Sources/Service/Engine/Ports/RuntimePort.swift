import EngineModel
import Runtime

/// The container runtime as the engine uses it: ``ConmonRuntime``, or a fake in tests.
protocol RuntimePort: Sendable {
  /// The OCI runtime of containers that name none.
  var defaultRuntime: String { get }
  /// The names of the installed OCI runtimes.
  var runtimeNames: Set<String> { get }
  /// The exit report of every container's first process. It has one reader.
  var exits: AsyncStream<ExitReport> { get }

  /// Creates a container's first process. It waits for ``start(_:)``.
  ///
  /// - Returns: its pid on the host.
  /// - Throws: an ``EngineError`` in Docker's words; then nothing exists.
  func create(_ request: LaunchRequest) async throws -> Int32
  func start(_ id: ContainerID) async throws
  func signal(_ id: ContainerID, _ signal: Int32) async throws
  /// Someone asked for the container's end: from now on no client of it or of its execs holds up what it writes.
  func releaseOutput(_ id: ContainerID)
  func pause(_ id: ContainerID) async throws
  func resume(_ id: ContainerID) async throws
  /// Kills and removes everything of a container. Succeeds when nothing exists.
  func delete(_ id: ContainerID) async throws
  /// Finds the containers of an earlier engine. From now on ``exits`` reports their ends, too.
  func recover() async throws -> [RecoveredRun]

  func attach(_ id: ContainerID, terminal: Bool, stdin: Bool) throws -> AttachedStreams
  func resize(_ id: ContainerID, height: Int, width: Int) throws
  func logs(_ container: Container, at path: String, _ request: LogRequest) async throws -> OutputSequence
  /// Returns when the log has what the container's process wrote before the call.
  func awaitLog(_ id: ContainerID, at path: String) async throws
  func processes(_ id: ContainerID) async throws -> [Int32]
  /// `nil` when it does not run.
  func usage(of id: ContainerID, countsInterfaces: Bool) async throws -> ResourceUsage?
  /// Warnings about options that this host does not support.
  ///
  /// - Throws: `invalidParameter` for an option that cannot be ignored.
  func validate(_ wanted: HostConfiguration) async throws -> [String]
  /// Applies the limits in a container's record to its running processes.
  func update(_ container: Container) async throws

  /// Runs a program in a running container.
  func execute(_ execID: String, in container: Container, _ request: ExecRequest, detach: Bool) async throws
    -> StartedExec
  func resizeExec(_ execID: String, in id: ContainerID, height: Int, width: Int) throws
}

/// Everything that the runtime needs to create a container's first process.
struct LaunchRequest: Sendable {
  /// The processes' network namespace.
  enum Network: Sendable, Hashable {
    case host
    /// The path of a namespace file.
    case namespace(String)
  }

  var container: Container
  var rootFilesystem: String
  var network: Network
  /// The engine's own mounts, beside those of the container's record.
  var files: [EngineMount]
  /// Processes of other containers whose namespaces it joins, by `pid` or `ipc`.
  var joined: [String: Int32]
  /// The source of `/dev/shm` when the container shares it.
  var sharedMemory: String?
  /// The log file; `nil`: no log.
  var logPath: String?
  /// The log's rotation limits; `nil`: no limit.
  var logLimit: LogLimit?

  struct EngineMount: Sendable, Hashable {
    var source: String
    var destination: String
  }
}

struct ExitReport: Sendable, Hashable {
  var id: ContainerID
  var code: Int32
  var oomKilled: Bool
}

struct RecoveredRun: Sendable, Hashable {
  enum State: Sendable, Hashable {
    /// Its first process runs.
    case running(pid: Int32, isPaused: Bool)
    /// Its first process waits for its start.
    case created
    case ended(ExitReport)
  }

  var id: ContainerID
  var state: State
}

struct StartedExec: Sendable {
  var pid: Int32
  /// `nil` when detached.
  var streams: AttachedStreams?
  /// Returns its exit code when it has ended.
  var exit: @Sendable () async throws -> Int32
  /// Kills it; does nothing when it has ended.
  var kill: @Sendable () -> Void
}

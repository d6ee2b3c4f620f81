import EngineModel
import Runtime

/// What runs containers, as the engine sees it. The real one is made of `Runtime`; tests bring one of their own.
protocol RuntimePort: Sendable {
  /// The name of the OCI runtime that containers get which ask for none.
  var defaultRuntime: String { get }
  /// The names of all that work here.
  var runtimeNames: Set<String> { get }
  /// Every end of a container's first process. One reader.
  var exits: AsyncStream<ExitReport> { get }

  /// Makes a container's first process, which waits to be let go.
  ///
  /// - Returns: its pid on the host.
  /// - Throws: an ``EngineError`` in Docker's words; nothing is left then.
  func create(_ order: LaunchRequest) async throws -> Int32
  func start(_ id: ContainerID) async throws
  func signal(_ id: ContainerID, _ signal: Int32) async throws
  func pause(_ id: ContainerID) async throws
  func resume(_ id: ContainerID) async throws
  /// Takes away all that is kept of a container, killing what still runs. Succeeds when there is nothing.
  func delete(_ id: ContainerID) async throws
  /// What is there after the engine was away. From now on their ends are told, too.
  func recover() async throws -> [RecoveredRun]

  func attach(_ id: ContainerID, terminal: Bool, stdin: Bool) throws -> AttachedStreams
  func resize(_ id: ContainerID, height: Int, width: Int) throws
  func logs(_ container: Container, at path: String, _ request: LogRequest) async throws -> OutputSequence
  func processes(_ id: ContainerID) async throws -> [Int32]
  /// `nil` when it does not run.
  func usage(of id: ContainerID, countsInterfaces: Bool) async throws -> ResourceUsage?
  /// What of a container's description this host cannot honour, in sentences for the user.
  ///
  /// - Throws: `invalidParameter` where that is no matter for a warning.
  func review(_ wanted: HostConfiguration) async throws -> [String]
  /// Gives the limits in a container's record to its running processes.
  func update(_ container: Container) async throws

  /// Runs a program in a running container.
  func execute(_ execID: String, in container: Container, _ request: ExecRequest, detach: Bool) async throws
    -> StartedExec
  func resizeExec(_ execID: String, in id: ContainerID, height: Int, width: Int) throws
}

/// Everything that is needed to make a container's first process.
struct LaunchRequest: Sendable {
  /// Where the processes' network is.
  enum Network: Sendable, Hashable {
    case host
    /// A namespace's file.
    case namespace(String)
  }

  var container: Container
  var rootFilesystem: String
  var network: Network
  /// Mounts of the engine's own making, beside those of the container's record: source, destination, writable.
  var files: [EngineMount]
  /// Other containers whose namespaces are joined: pids by `pid` or `ipc`.
  var joined: [String: Int32]
  /// What is mounted on `/dev/shm` when the container has none to itself.
  var sharedMemory: String?
  /// Where the output is kept; `nil`: nowhere.
  var logPath: String?
  /// How much of it; `nil`: all.
  var logBound: LogBound?

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
    /// Its first process lives and was let go.
    case running(pid: Int32, isPaused: Bool)
    /// Its first process waits to be let go.
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
}

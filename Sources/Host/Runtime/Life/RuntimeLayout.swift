/// Where the runtime keeps what it needs while containers live: below the engine's exec-root, which is on a tmpfs, so
/// that a reboot leaves nothing behind.
///
/// Every file of a container is in a folder that bears its id and is made before any process is started for it: whatever
/// an engine that was killed left, the next one finds.
public struct RuntimeLayout: Sendable, Hashable {
  /// The exec-root.
  public let root: String

  public init(root: String) { self.root = root }

  /// The OCI runtime's own state (`runc --root`).
  public var runtimeState: String { "\(root)/oci" }
  public var containers: String { "\(root)/containers" }
  public func bundle(_ id: String) -> Bundle { Bundle(id: id, path: "\(containers)/\(id)") }

  /// A folder that conmon works in, for a container or for one process executed in it.
  public struct Bundle: Sendable, Hashable {
    public let id: String
    public let path: String

    var specification: String { "\(path)/config.json" }
    /// The name of the OCI runtime that it was made by.
    var runtimeName: String { "\(path)/runtime" }
    /// Written by the engine as soon as conmon is there.
    var monitorPid: String { "\(path)/monitor.pid" }
    /// Written by the OCI runtime.
    var processPid: String { "\(path)/process.pid" }
    /// The folder for the exit file, which conmon renames into place with the exit code in it.
    var exitFolder: String { "\(path)/exit" }
    var exitFile: String { "\(exitFolder)/\(id)" }
    /// conmon's sign that the kernel killed for want of memory.
    var outOfMemory: String { "\(path)/oom" }
    var attachSocket: String { "\(path)/attach" }
    var control: String { "\(path)/ctl" }
    /// There when closing an attachment closes the process's input.
    var inputIsOnce: String { "\(path)/input-once" }
    /// How much of the log is kept, and where it is; not there when all is.
    var logBound: String { "\(path)/log-bound" }
    /// There once the process was let go.
    var started: String { "\(path)/started" }
    var execs: String { "\(path)/execs" }
    public func exec(_ execID: String) -> Bundle { Bundle(id: execID, path: "\(execs)/\(execID)") }
  }
}

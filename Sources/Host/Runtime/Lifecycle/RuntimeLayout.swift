/// The runtime's files for live containers, below the engine's exec-root. It is on a tmpfs, so a reboot removes them.
///
/// A container's files are in a folder named by its id, which exists before any process starts. So a new engine finds
/// everything that a killed one left.
package struct RuntimeLayout: Sendable, Hashable {
  /// The exec-root.
  package let root: String

  package init(root: String) { self.root = root }

  /// The OCI runtime's own state (`runc --root`).
  package var runtimeState: String { "\(root)/oci" }
  package var containers: String { "\(root)/containers" }
  package func bundle(_ id: String) -> Bundle { Bundle(id: id, path: "\(containers)/\(id)") }

  /// conmon's working folder for a container or an exec.
  package struct Bundle: Sendable, Hashable {
    package let id: String
    package let path: String

    var specification: String { "\(path)/config.json" }
    /// The name of the OCI runtime that created the container.
    var runtimeName: String { "\(path)/runtime" }
    /// The engine writes it when conmon has started.
    var monitorPid: String { "\(path)/monitor.pid" }
    /// The OCI runtime writes it.
    var processPid: String { "\(path)/process.pid" }
    /// The folder of the exit file, which conmon renames into place with the exit code as its content.
    var exitFolder: String { "\(path)/exit" }
    var exitFile: String { "\(exitFolder)/\(id)" }
    /// conmon creates it when the OOM killer killed a process.
    var outOfMemory: String { "\(path)/oom" }
    var attachSocket: String { "\(path)/attach" }
    var control: String { "\(path)/ctl" }
    /// Exists if closing an attachment closes the process's input.
    var stdinOnce: String { "\(path)/input-once" }
    /// The log's limit and path; missing without a limit.
    var logLimit: String { "\(path)/log-bound" }
    /// Exists after the start.
    var started: String { "\(path)/started" }
    var execs: String { "\(path)/execs" }
    package func exec(_ execID: String) -> Bundle { Bundle(id: execID, path: "\(execs)/\(execID)") }
  }
}

package import JSON

extension Wire {
  /// The body of `POST /containers/{id}/exec`.
  package struct ExecCreateBody: Codable, Sendable, Hashable {
    package var User = ""
    package var Privileged = false
    package var Tty = false
    package var ConsoleSize: [Int]?
    package var AttachStdin = false
    package var AttachStderr = false
    package var AttachStdout = false
    /// Some clients repeat the container, which the path names already.
    package var Container: String?
    /// Clients send it here and in the start request.
    package var Detach = false
    package var DetachKeys = ""
    @Nullable package var Env: [String]?
    package var WorkingDir = ""
    @Nullable package var Cmd: Words?
    package init() {}
  }

  /// The body of `POST /exec/{id}/start`.
  package struct ExecStartBody: Codable, Sendable, Hashable {
    package var Detach = false
    package var Tty = false
    package var ConsoleSize: [Int]?
    package init() {}
  }

  /// `ExecInspectResponse`.
  package struct ExecInspect: Codable, Sendable, Hashable {
    package var ID = ""
    package var Running = false
    @Nullable package var ExitCode: Int?
    package var ProcessConfig = Process()
    package var OpenStdin = false
    package var OpenStderr = false
    package var OpenStdout = false
    package var CanRemove = false
    package var ContainerID = ""
    package var DetachKeys = ""
    package var Pid = 0
    package init() {}

    package struct Process: Codable, Sendable, Hashable {
      package var tty = false
      package var entrypoint = ""
      package var arguments: [String] = []
      package var privileged = false
      package var user: String?
      package init() {}
    }
  }
}

public import JSON

extension Wire {
  /// The body of `POST /containers/{id}/exec`.
  public struct ExecCreateBody: Codable, Sendable, Hashable {
    public var User = ""
    public var Privileged = false
    public var Tty = false
    public var ConsoleSize: [Int]?
    public var AttachStdin = false
    public var AttachStderr = false
    public var AttachStdout = false
    /// Some clients repeat the container, which the path names already.
    public var Container: String?
    /// Clients send it here and in the start request.
    public var Detach = false
    public var DetachKeys = ""
    @Nullable public var Env: [String]?
    public var WorkingDir = ""
    @Nullable public var Cmd: Words?
    public init() {}
  }

  /// The body of `POST /exec/{id}/start`.
  public struct ExecStartBody: Codable, Sendable, Hashable {
    public var Detach = false
    public var Tty = false
    public var ConsoleSize: [Int]?
    public init() {}
  }

  /// `ExecInspectResponse`.
  public struct ExecInspect: Codable, Sendable, Hashable {
    public var ID = ""
    public var Running = false
    @Nullable public var ExitCode: Int?
    public var ProcessConfig = Process()
    public var OpenStdin = false
    public var OpenStderr = false
    public var OpenStdout = false
    public var CanRemove = false
    public var ContainerID = ""
    public var DetachKeys = ""
    public var Pid = 0
    public init() {}

    public struct Process: Codable, Sendable, Hashable {
      public var tty = false
      public var entrypoint = ""
      public var arguments: [String] = []
      public var privileged = false
      public var user: String?
      public init() {}
    }
  }
}

public import EngineModel

/// A process that a client runs in a container beside its first one (`GET /exec/{id}/json`).
public struct ExecView: Sendable, Hashable {
  public var id: String
  public var container: ContainerID
  public var request: ExecRequest
  public var isRunning: Bool
  public var hasStarted: Bool
  /// `nil` until its end.
  public var exitCode: Int32?
  public var pid: Int32

  public init(
    id: String, container: ContainerID, request: ExecRequest, isRunning: Bool = false, hasStarted: Bool = false,
    exitCode: Int32? = nil, pid: Int32 = 0
  ) {
    self.id = id
    self.container = container
    self.request = request
    self.isRunning = isRunning
    self.hasStarted = hasStarted
    self.exitCode = exitCode
    self.pid = pid
  }
}

/// `GET /containers/{id}/top`.
public struct ProcessTable: Sendable, Hashable {
  public var titles: [String]
  public var processes: [[String]]

  public init(titles: [String], processes: [[String]]) {
    self.titles = titles
    self.processes = processes
  }
}

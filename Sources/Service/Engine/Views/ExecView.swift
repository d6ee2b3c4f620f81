package import EngineModel

/// A process that a client runs in a container beside its first one (`GET /exec/{id}/json`).
package struct ExecView: Sendable, Hashable {
  package var id: String
  package var container: ContainerID
  package var request: ExecRequest
  package var isRunning: Bool
  package var hasStarted: Bool
  /// `nil` until its end.
  package var exitCode: Int32?
  package var pid: Int32

  package init(
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
package struct ProcessTable: Sendable, Hashable {
  package var titles: [String]
  package var processes: [[String]]

  package init(titles: [String], processes: [[String]]) {
    self.titles = titles
    self.processes = processes
  }
}

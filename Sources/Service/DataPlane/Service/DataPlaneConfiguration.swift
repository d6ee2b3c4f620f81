/// The paths that the data plane program uses.
package struct DataPlaneConfiguration: Hashable, Sendable {
  /// The folder of the journal. It may be on a tmpfs.
  package var stateFolder: String
  /// The control socket. Only root may connect.
  package var socketPath: String
  /// Locked while the program runs, so that it runs only once; contains its process id.
  package var pidfilePath: String

  package init(stateFolder: String, socketPath: String, pidfilePath: String) {
    self.stateFolder = stateFolder
    self.socketPath = socketPath
    self.pidfilePath = pidfilePath
  }
}

/// The paths that the data plane program uses.
public struct DataPlaneConfiguration: Hashable, Sendable {
  /// The folder of the journal. It may be on a tmpfs.
  public var stateFolder: String
  /// The control socket. Only root may connect.
  public var socketPath: String
  /// Locked while the program runs, so that it runs only once; contains its process id.
  public var pidfilePath: String

  public init(stateFolder: String, socketPath: String, pidfilePath: String) {
    self.stateFolder = stateFolder
    self.socketPath = socketPath
    self.pidfilePath = pidfilePath
  }
}

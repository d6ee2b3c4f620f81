/// Where the data plane program keeps what it keeps.
public struct DataPlaneConfiguration: Hashable, Sendable {
  /// Folder of the table. It need not outlive the host's run: a folder on a tmpfs will do.
  public var stateFolder: String
  /// The unix socket it is commanded through; only root may.
  public var socketPath: String
  /// Locked as long as the program runs, so that it runs once; holds its process id.
  public var pidfilePath: String

  public init(stateFolder: String, socketPath: String, pidfilePath: String) {
    self.stateFolder = stateFolder
    self.socketPath = socketPath
    self.pidfilePath = pidfilePath
  }
}

public import EngineModel

/// A container as lists and inspections show it: its record, its networks and its files.
public struct ContainerView: Sendable {
  public var container: Container
  /// The networks of its endpoints, by id.
  public var networks: [NetworkID: Network]
  /// `HostConfig.NetworkMode` as Docker shows it: `bridge`, `host`, `none`, `container:<id>` or a network's name.
  public var networkMode: String
  /// The container whose network this one uses.
  public var networkOwner: ContainerID?
  /// The path of its namespace file; empty when it does not run or shares another namespace.
  public var sandboxPath: String
  public var files: ContainerFiles
  public var execs: [String]
  /// Bytes written in the container, and with its image; `nil` unless requested.
  public var writtenSize: Int64?
  public var totalSize: Int64?

  public init(
    container: Container, networks: [NetworkID: Network], networkMode: String, networkOwner: ContainerID? = nil,
    sandboxPath: String = "", files: ContainerFiles, execs: [String] = [], writtenSize: Int64? = nil,
    totalSize: Int64? = nil
  ) {
    self.container = container
    self.networks = networks
    self.networkMode = networkMode
    self.networkOwner = networkOwner
    self.sandboxPath = sandboxPath
    self.files = files
    self.execs = execs
    self.writtenSize = writtenSize
    self.totalSize = totalSize
  }
}

/// A container's own files below the data root.
public struct ContainerFiles: Sendable, Hashable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  public var hostname: String { "\(folder)/hostname" }
  public var hosts: String { "\(folder)/hosts" }
  public var resolverConfiguration: String { "\(folder)/resolv.conf" }
  public var log: String { "\(folder)/container.log" }
}

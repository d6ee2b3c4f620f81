package import EngineModel

/// A container as lists and inspections show it: its record, its networks and its files.
package struct ContainerView: Sendable {
  package var container: Container
  /// The networks of its endpoints, by id.
  package var networks: [NetworkID: Network]
  /// `HostConfig.NetworkMode` as Docker shows it: `bridge`, `host`, `none`, `container:<id>` or a network's name.
  package var networkMode: String
  /// The container whose network this one uses.
  package var networkOwner: ContainerID?
  /// The names that links on the default bridge give it: `web/db`.
  package var linkNames: [String] = []
  /// The path of its namespace file; empty when it does not run or shares another namespace.
  package var sandboxPath: String
  package var files: ContainerFiles
  package var execs: [String]
  /// Bytes written in the container, and with its image; `nil` unless requested.
  package var writtenSize: Int64?
  package var totalSize: Int64?

  package init(
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
package struct ContainerFiles: Sendable, Hashable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package var hostname: String { "\(folder)/hostname" }
  package var hosts: String { "\(folder)/hosts" }
  package var resolverConfiguration: String { "\(folder)/resolv.conf" }
  /// What the engine wrote last, to find a user's changes. Not in the container.
  var writtenHosts: String { "\(folder)/hosts.written" }
  var writtenResolverConfiguration: String { "\(folder)/resolv.conf.written" }
  package var log: String { "\(folder)/container.log" }
}

package import EngineModel

/// The input of a container's specification as values: see ``OCISpecification/build(_:host:)``.
package struct SpecificationRequest: Sendable, Hashable {
  package enum Network: Sendable, Hashable {
    case host
    /// An existing namespace, by its path.
    case namespace(String)
    /// A new one from the OCI runtime, which has only a loopback interface that is down.
    case new
  }

  /// A bind mount with a resolved host path.
  package struct Bind: Sendable, Hashable {
    package var source: String
    package var destination: String
    package var isWritable: Bool
    /// Empty: `rprivate`.
    package var propagation: String
    /// Includes the source's submounts.
    package var isRecursive: Bool
    /// `nil`: submounts of a read-only source are read-only if the kernel supports it.
    package var readOnlyRecursion: MountPoint.ReadOnlyRecursion?

    package init(
      source: String, destination: String, isWritable: Bool = true, propagation: String = "",
      isRecursive: Bool = true, readOnlyRecursion: MountPoint.ReadOnlyRecursion? = nil
    ) {
      self.source = source
      self.destination = destination
      self.isWritable = isWritable
      self.propagation = propagation
      self.isRecursive = isRecursive
      self.readOnlyRecursion = readOnlyRecursion
    }
  }

  package var container: Container
  package var image: ImageDefaults
  package var rootfs: String
  package var network: Network
  package var binds: [Bind]
  /// The engine's own files, such as `/etc/hosts`. They are read-only if the root file system is.
  package var files: [Bind]
  package var user: ResolvedUser
  /// The processes whose namespaces the container joins (`container:…`), by `pid` or `ipc`.
  package var joined: [String: Int32]
  /// The host folder for `/dev/shm` if the container shares it with others.
  package var sharedMemory: String?
  /// Devices of the host by path: mapped ones, and those of block I/O limits.
  package var devices: [String: [OCISpecification.Device]]
  /// For privileged containers.
  package var hostDevices: [OCISpecification.Device]
  /// `nil` only for an unfiltered container.
  package var seccomp: SeccompProfile?

  package init(
    container: Container, image: ImageDefaults = ImageDefaults(), rootfs: String, network: Network,
    binds: [Bind] = [], files: [Bind] = [],
    user: ResolvedUser = ResolvedUser(uid: 0, gid: 0, home: "/root", groups: [0]),
    joined: [String: Int32] = [:], sharedMemory: String? = nil, devices: [String: [OCISpecification.Device]] = [:],
    hostDevices: [OCISpecification.Device] = [], seccomp: SeccompProfile? = nil
  ) {
    self.container = container
    self.image = image
    self.rootfs = rootfs
    self.network = network
    self.binds = binds
    self.files = files
    self.user = user
    self.joined = joined
    self.sharedMemory = sharedMemory
    self.devices = devices
    self.hostDevices = hostDevices
    self.seccomp = seccomp
  }
}

/// An image's defaults for unset parts of a container's configuration. Empty if they are merged already.
package struct ImageDefaults: Sendable, Hashable {
  package var environment: [String]
  package var workingDirectory: String
  package var user: String
  package var entrypoint: [String]
  package var command: [String]

  package init(
    environment: [String] = [], workingDirectory: String = "", user: String = "", entrypoint: [String] = [],
    command: [String] = []
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.user = user
    self.entrypoint = entrypoint
    self.command = command
  }

  /// Program and arguments. A container's own entrypoint discards the image's command (moby: `runconfig.Merge`).
  package func arguments(for configuration: ContainerConfiguration) -> [String] {
    let entrypoint = configuration.entrypoint ?? self.entrypoint
    if let command = configuration.command, !command.isEmpty { return entrypoint + command }
    return configuration.entrypoint.map { $0.isEmpty } ?? true ? entrypoint + command : entrypoint
  }
}

/// A specification, and warnings about unsupported settings.
package struct BuiltSpecification: Sendable, Hashable {
  package var specification: OCISpecification
  package var warnings: [String]
}

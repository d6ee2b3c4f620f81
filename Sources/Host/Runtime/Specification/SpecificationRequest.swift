public import EngineModel

/// The input of a container's specification as values: see ``OCISpecification/build(_:host:)``.
public struct SpecificationRequest: Sendable, Hashable {
  public enum Network: Sendable, Hashable {
    case host
    /// An existing namespace, by its path.
    case namespace(String)
    /// A new one from the OCI runtime, which has only a loopback interface that is down.
    case new
  }

  /// A bind mount with a resolved host path.
  public struct Bind: Sendable, Hashable {
    public var source: String
    public var destination: String
    public var isWritable: Bool
    /// Empty: `rprivate`.
    public var propagation: String
    /// Includes the source's submounts.
    public var isRecursive: Bool
    /// `nil`: submounts of a read-only source are read-only if the kernel supports it.
    public var readOnlyRecursion: MountPoint.ReadOnlyRecursion?

    public init(
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

  public var container: Container
  public var image: ImageDefaults
  public var rootfs: String
  public var network: Network
  public var binds: [Bind]
  /// The engine's own files, such as `/etc/hosts`. They are read-only if the root file system is.
  public var files: [Bind]
  public var user: ResolvedUser
  /// The processes whose namespaces the container joins (`container:…`), by `pid` or `ipc`.
  public var joined: [String: Int32]
  /// The host folder for `/dev/shm` if the container shares it with others.
  public var sharedMemory: String?
  /// Devices of the host by path: mapped ones, and those of block I/O limits.
  public var devices: [String: [OCISpecification.Device]]
  /// For privileged containers.
  public var hostDevices: [OCISpecification.Device]
  /// `nil` only for an unfiltered container.
  public var seccomp: SeccompProfile?

  public init(
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
public struct ImageDefaults: Sendable, Hashable {
  public var environment: [String]
  public var workingDirectory: String
  public var user: String
  public var entrypoint: [String]
  public var command: [String]

  public init(
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
  public func arguments(for configuration: ContainerConfiguration) -> [String] {
    let entrypoint = configuration.entrypoint ?? self.entrypoint
    if let command = configuration.command, !command.isEmpty { return entrypoint + command }
    return configuration.entrypoint.map { $0.isEmpty } ?? true ? entrypoint + command : entrypoint
  }
}

/// A specification, and warnings about unsupported settings.
public struct BuiltSpecification: Sendable, Hashable {
  public var specification: OCISpecification
  public var warnings: [String]
}

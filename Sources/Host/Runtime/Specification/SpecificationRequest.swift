public import EngineModel

/// All that goes into a container's specification, as values: see ``OCISpecification/build(_:host:)``.
public struct SpecificationRequest: Sendable, Hashable {
  public enum Network: Sendable, Hashable {
    case host
    /// A namespace that is there already, by its file.
    case namespace(String)
    /// One that the runtime makes, with nothing but a loopback that is down.
    case new
  }

  /// Resolved already: host paths to files or folders.
  public struct Bind: Sendable, Hashable {
    public var source: String
    public var destination: String
    public var isWritable: Bool
    /// `rprivate` where empty.
    public var propagation: String
    /// With what is mounted below the source.
    public var isRecursive: Bool
    /// `nil`: what is mounted below a read-only source is read-only where the kernel can make it so.
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
  /// The engine's own files, `/etc/hosts` and the like; read-only with the root file system.
  public var files: [Bind]
  public var user: ResolvedUser
  /// Processes whose namespaces are joined (`container:…`): by `pid`, `ipc`.
  public var joined: [String: Int32]
  /// What is mounted on `/dev/shm` where the container has none to itself: a folder of the host.
  public var sharedMemory: String?
  /// By path on the host: devices to hand in, and those that block I/O limits name.
  public var devices: [String: [OCISpecification.Device]]
  /// For a privileged container.
  public var hostDevices: [OCISpecification.Device]
  /// `nil` only for a container that goes unfiltered.
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

/// What an image says where a container's configuration is silent. Empty when the two are merged already.
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

  /// Program and arguments: a configuration's own entrypoint silences the image's command (moby: `runconfig.Merge`).
  public func arguments(for configuration: ContainerConfiguration) -> [String] {
    let entrypoint = configuration.entrypoint ?? self.entrypoint
    if let command = configuration.command, !command.isEmpty { return entrypoint + command }
    return configuration.entrypoint.map { $0.isEmpty } ?? true ? entrypoint + command : entrypoint
  }
}

/// A specification, and what of the request could not be honoured, in sentences for the user.
public struct BuiltSpecification: Sendable, Hashable {
  public var specification: OCISpecification
  public var warnings: [String]
}

/// A container: its configuration, state, endpoints and mounts.
public struct Container: Sendable, Hashable {
  public let id: ContainerID
  /// Without the leading slash that the Docker API shows.
  public var name: String
  public var created: Timestamp
  public var configuration: ContainerConfiguration
  public var host: HostConfiguration
  /// The image's id, `sha256:…`.
  public var imageID: String
  /// Program and arguments as resolved against the image.
  public var arguments: [String]
  public var state: ContainerState
  /// In the order in which they were attached.
  public var endpoints: [Endpoint]
  /// Its endpoint on the gateway network, if none of its own networks has external connectivity. The user did not ask
  /// for it.
  public var gatewayEndpoint: Endpoint?
  /// Endpoint settings for networks that did not exist when the container was created, by the given network name.
  public var unresolvedNetworks: [String: EndpointSettings] = [:]
  /// The published ports of a running container; empty otherwise.
  public var publications: [PortPublication]
  public var mounts: [MountPoint]

  public init(
    id: ContainerID, name: String, created: Timestamp, configuration: ContainerConfiguration,
    host: HostConfiguration, imageID: String, arguments: [String] = [], state: ContainerState = ContainerState(),
    endpoints: [Endpoint] = [], publications: [PortPublication] = [], mounts: [MountPoint] = []
  ) {
    self.id = id
    self.name = name
    self.created = created
    self.configuration = configuration
    self.host = host
    self.imageID = imageID
    self.arguments = arguments
    self.state = state
    self.endpoints = endpoints
    self.publications = publications
    self.mounts = mounts
  }

  /// Its endpoints, and the one on the gateway network.
  public var allEndpoints: [Endpoint] { endpoints + [gatewayEndpoint].compactMap(\.self) }
}

/// The state of a container (`ContainerState` in the Docker API).
public struct ContainerState: Sendable, Hashable {
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case created
    case running
    case paused
    case restarting
    case removing
    case exited
    case dead
  }

  public var status: Status = .created
  /// The container's first process, in the host's PID namespace; 0 if it is not running.
  public var pid: Int32 = 0
  public var exitCode: Int32 = 0
  public var error: String = ""
  public var oomKilled: Bool = false
  public var startedAt: Timestamp?
  public var finishedAt: Timestamp?
  public var restartCount: Int = 0
  /// The user stopped it, so the restart policy does not apply.
  public var wasStoppedByUser: Bool = false
  public var health: Health?

  public init() {}

  public var isRunning: Bool { status == .running || status == .paused || status == .restarting }
}

/// The health of a container.
public struct Health: Sendable, Hashable {
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case none
    case starting
    case healthy
    case unhealthy
  }

  public struct Probe: Sendable, Hashable {
    public var start: Timestamp
    public var end: Timestamp
    public var exitCode: Int32
    public var output: String
    public init(start: Timestamp, end: Timestamp, exitCode: Int32, output: String) {
      self.start = start
      self.end = end
      self.exitCode = exitCode
      self.output = output
    }
  }

  public var status: Status
  public var failingStreak: Int
  public var log: [Probe]

  public init(status: Status = .starting, failingStreak: Int = 0, log: [Probe] = []) {
    self.status = status
    self.failingStreak = failingStreak
    self.log = log
  }
}

/// A mount of a container (`MountPoint` in the Docker API).
public struct MountPoint: Sendable, Hashable {
  public var kind: MountSpecification.Kind
  /// The volume's name, for a volume.
  public var name: String?
  public var source: String
  public var destination: String
  public var driver: String?
  /// The options as given, for example `z,ro`.
  public var mode: String
  public var isWritable: Bool
  public var propagation: String
  // The following are absent in records of older engines.
  /// The path inside the volume or image that is mounted; `nil`: all of it.
  public var subpath: String?
  /// Whether submounts of the source are left out.
  public var isNonRecursive: Bool?
  public var readOnlyRecursion: ReadOnlyRecursion?

  /// Whether submounts of a read-only source become read-only as well. The default is: if the kernel can do it.
  public enum ReadOnlyRecursion: String, Sendable, Hashable, CaseIterable {
    /// They stay writable (`ReadOnlyNonRecursive`).
    case nonRecursive
    /// They become read-only, or the container does not start (`ReadOnlyForceRecursive`).
    case forced
  }

  public init(
    kind: MountSpecification.Kind, name: String? = nil, source: String, destination: String, driver: String? = nil,
    mode: String = "", isWritable: Bool = true, propagation: String = ""
  ) {
    self.kind = kind
    self.name = name
    self.source = source
    self.destination = destination
    self.driver = driver
    self.mode = mode
    self.isWritable = isWritable
    self.propagation = propagation
  }
}

/// A container: its description, where it stands in its life, and its places on networks. The record that is kept.
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
  /// In the order of attachment.
  public var endpoints: [Endpoint]
  /// Its place on the network by which it goes out where none of its own leads out; no attachment of the user's.
  public var gatewayEndpoint: Endpoint?
  /// Attachments to networks that did not exist when the container was made, by the name that was given.
  public var unresolvedNetworks: [String: EndpointSettings] = [:]
  /// What is published while it runs; empty when it does not.
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

  /// On its networks, and where it goes out beside them.
  public var allEndpoints: [Endpoint] { endpoints + [gatewayEndpoint].compactMap(\.self) }
}

/// Where a container stands in its life (`ContainerState` in the Docker API).
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
  /// The container's first process, in the host's pid namespace; zero when it does not run.
  public var pid: Int32 = 0
  public var exitCode: Int32 = 0
  public var error: String = ""
  public var oomKilled: Bool = false
  public var startedAt: Timestamp?
  public var finishedAt: Timestamp?
  public var restartCount: Int = 0
  /// A person stopped it: a restart policy leaves it alone.
  public var wasStoppedByUser: Bool = false
  public var health: Health?

  public init() {}

  public var isRunning: Bool { status == .running || status == .paused || status == .restarting }
}

/// What the health check last found.
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

/// A mount as it was made (`MountPoint` in the Docker API).
public struct MountPoint: Sendable, Hashable {
  public var kind: MountSpecification.Kind
  /// The volume's name, for a volume.
  public var name: String?
  public var source: String
  public var destination: String
  public var driver: String?
  /// The options as given, `z,ro` say.
  public var mode: String
  public var isWritable: Bool
  public var propagation: String
  // Records of older engines have none of these.
  /// The part of a volume or an image that shows; `nil`: all of it.
  public var subpath: String?
  /// Without what is mounted below the source.
  public var isShallow: Bool?
  public var readOnlyReach: ReadOnlyReach?

  /// Whether what is mounted below a read-only source is read-only, too.
  public enum ReadOnlyReach: String, Sendable, Hashable, CaseIterable {
    /// It stays as it is.
    case top
    /// It must be, or the container is not started.
    case everything
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

/// A container: its configuration, state, endpoints and mounts.
package struct Container: Sendable, Hashable {
  package let id: ContainerID
  /// Without the leading slash that the Docker API shows.
  package var name: String
  package var created: Timestamp
  package var configuration: ContainerConfiguration
  package var host: HostConfiguration
  /// The image's id, `sha256:…`.
  package var imageID: String
  /// Program and arguments as resolved against the image.
  package var arguments: [String]
  package var state: ContainerState
  /// In the order in which they were attached.
  package var endpoints: [Endpoint]
  /// Its endpoint on the gateway network, if none of its own networks has external connectivity. The user did not ask
  /// for it.
  package var gatewayEndpoint: Endpoint?
  /// Endpoint settings for networks that did not exist when the container was created, by the given network name.
  package var unresolvedNetworks: [String: EndpointSettings] = [:]
  /// The published ports of a running container; empty otherwise.
  package var publications: [PortPublication]
  package var mounts: [MountPoint]

  package init(
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
  package var allEndpoints: [Endpoint] { endpoints + [gatewayEndpoint].compactMap(\.self) }
}

/// The state of a container (`ContainerState` in the Docker API).
package struct ContainerState: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case created
    case running
    case paused
    case restarting
    case removing
    case exited
    case dead
  }

  package var status: Status = .created
  /// The container's first process, in the host's PID namespace; 0 if it is not running.
  package var pid: Int32 = 0
  package var exitCode: Int32 = 0
  package var error: String = ""
  package var oomKilled: Bool = false
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var restartCount: Int = 0
  /// The user stopped it, so the restart policy does not apply.
  package var wasStoppedByUser: Bool = false
  package var health: Health?

  package init() {}

  package var isRunning: Bool { status == .running || status == .paused || status == .restarting }
}

/// The health of a container.
package struct Health: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case none
    case starting
    case healthy
    case unhealthy
  }

  package struct Probe: Sendable, Hashable {
    package var start: Timestamp
    package var end: Timestamp
    package var exitCode: Int32
    package var output: String
    package init(start: Timestamp, end: Timestamp, exitCode: Int32, output: String) {
      self.start = start
      self.end = end
      self.exitCode = exitCode
      self.output = output
    }
  }

  package var status: Status
  package var failingStreak: Int
  package var log: [Probe]

  package init(status: Status = .starting, failingStreak: Int = 0, log: [Probe] = []) {
    self.status = status
    self.failingStreak = failingStreak
    self.log = log
  }
}

/// A mount of a container (`MountPoint` in the Docker API).
package struct MountPoint: Sendable, Hashable {
  package var kind: MountSpecification.Kind
  /// The volume's name, for a volume.
  package var name: String?
  package var source: String
  package var destination: String
  package var driver: String?
  /// The options as given, for example `z,ro`.
  package var mode: String
  package var isWritable: Bool
  package var propagation: String
  // The following are absent in records of older engines.
  /// The path inside the volume or image that is mounted; `nil`: all of it.
  package var subpath: String?
  /// Whether submounts of the source are left out.
  package var isNonRecursive: Bool?
  package var readOnlyRecursion: ReadOnlyRecursion?
  /// Whether the volume was made for a container because the request named none. It is removed with the last container
  /// that mounts it, also if that one took the mount over by `--volumes-from`, as in Docker.
  package var isAnonymous: Bool?

  /// Whether submounts of a read-only source become read-only as well. The default is: if the kernel can do it.
  package enum ReadOnlyRecursion: String, Sendable, Hashable, CaseIterable {
    /// They stay writable (`ReadOnlyNonRecursive`).
    case nonRecursive
    /// They become read-only, or the container does not start (`ReadOnlyForceRecursive`).
    case forced
  }

  package init(
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

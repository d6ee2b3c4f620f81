public import Addressing

/// A container's sandbox: where its resolver listens and where other names are forwarded to.
public struct SandboxRecord: Hashable, Sendable {
  /// The container's id.
  public var id: String
  /// The bind-mounted file of the network namespace. A path below `/proc` needs privileges that the data plane has
  /// dropped, and becomes invalid when the process ends.
  public var namespacePath: String
  /// The port of the resolver on 127.0.0.11, for UDP and TCP. Not 53, which the container may want to bind.
  public var port: UInt16
  /// The servers for other names, in the order to ask.
  public var upstreams: [Upstream]
  /// Whether the sandbox has no external connectivity. Then nothing is forwarded, and unknown names fail with SERVFAIL,
  /// as in Docker.
  public var isInternal: Bool
  /// Names for this sandbox only, such as `host.docker.internal`. They take precedence over container names, so that no
  /// container can take them over.
  public var extraHosts: [HostRecord]

  public init(
    id: String, namespacePath: String, port: UInt16, upstreams: [Upstream] = [], isInternal: Bool = false,
    extraHosts: [HostRecord] = []
  ) {
    self.id = id
    self.namespacePath = namespacePath
    self.port = port
    self.upstreams = upstreams
    self.isInternal = isInternal
    self.extraHosts = extraHosts
  }
}

/// A name server for forwarded queries.
public struct Upstream: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  /// Whether to ask from inside the sandbox, over the container's networks, as Docker does for servers that the user
  /// names. Otherwise the query leaves from the host's namespace, which reaches resolvers on the host's loopback.
  public var isInsideSandbox: Bool

  public init(address: IPAddress, port: UInt16 = 53, isInsideSandbox: Bool = false) {
    self.address = address
    self.port = port
    self.isInsideSandbox = isInsideSandbox
  }
}

/// A name and its addresses.
public struct HostRecord: Hashable, Sendable {
  public var name: String
  public var addresses: [IPAddress]

  public init(name: String, addresses: [IPAddress]) {
    self.name = name
    self.addresses = addresses
  }
}

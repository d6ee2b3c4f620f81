public import Addressing

/// A container's sandbox as the name service knows it: where it asks from, and what becomes of questions about names
/// that are not ours.
public struct SandboxRecord: Hashable, Sendable {
  /// The container's id.
  public var id: String
  /// The file of its network namespace: a mount, not one below `/proc`, which takes privileges that the data plane has
  /// given up and says nothing after the process has ended.
  public var namespacePath: String
  /// Where the resolver listens inside, on 127.0.0.11, UDP and TCP. Not 53: a container may want that itself.
  public var port: UInt16
  /// Asked in this order for names that are not ours.
  public var upstreams: [Upstream]
  /// Its networks lead nowhere: nothing is forwarded, and unknown names fail (SERVFAIL, as in Docker).
  public var isInternal: Bool
  /// Names for this sandbox alone, such as `host.docker.internal`. They go before names of containers, so that nobody
  /// can take them.
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

/// A resolver that questions are forwarded to.
public struct Upstream: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  /// Asked from inside the sandbox, over the container's own networks, as Docker does for servers a user names; if not,
  /// from the host's namespace, which is needed for resolvers on the host's loopback.
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

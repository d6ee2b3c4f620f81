package import Addressing

/// A container's sandbox: where its resolver listens and where other names are forwarded to.
package struct SandboxRecord: Hashable, Sendable {
  /// The container's id.
  package var id: String
  /// The bind-mounted file of the network namespace. A path below `/proc` needs privileges that the data plane has
  /// dropped, and becomes invalid when the process ends.
  package var namespacePath: String
  /// The port of the resolver on 127.0.0.11, for UDP and TCP. Not 53, which the container may want to bind.
  package var port: UInt16
  /// The servers for other names, in the order to ask.
  package var upstreams: [Upstream]
  /// Whether the sandbox has no external connectivity. Then nothing is forwarded, and unknown names fail with SERVFAIL,
  /// as in Docker.
  package var isInternal: Bool
  /// Names for this sandbox only, such as `host.docker.internal`. They take precedence over container names, so that no
  /// container can take them over.
  package var extraHosts: [HostRecord]

  package init(
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
package struct Upstream: Hashable, Sendable {
  package var address: IPAddress
  package var port: UInt16
  /// Whether to ask from inside the sandbox, over the container's networks, as Docker does for servers that the user
  /// names. Otherwise the query leaves from the host's namespace, which reaches resolvers on the host's loopback.
  package var isInsideSandbox: Bool

  package init(address: IPAddress, port: UInt16 = 53, isInsideSandbox: Bool = false) {
    self.address = address
    self.port = port
    self.isInsideSandbox = isInsideSandbox
  }
}

/// A name and its addresses.
package struct HostRecord: Hashable, Sendable {
  package var name: String
  package var addresses: [IPAddress]

  package init(name: String, addresses: [IPAddress]) {
    self.name = name
    self.addresses = addresses
  }
}

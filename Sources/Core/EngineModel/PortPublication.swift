public import Addressing

/// A requested port binding (`PortBinding` in the Docker API): the host address and port for a container port.
public struct PortBinding: Sendable, Hashable {
  /// `nil`: all addresses of the host, IPv4 and IPv6.
  public var hostAddress: IPAddress?
  /// `nil`: the engine chooses one; a range: the first free port in it.
  public var hostPorts: PortRange?

  public init(hostAddress: IPAddress? = nil, hostPorts: PortRange? = nil) {
    self.hostAddress = hostAddress
    self.hostPorts = hostPorts
  }
}

/// A published port: one host address and port for one container port.
public struct PortPublication: Sendable, Hashable, Comparable {
  public let containerPort: TransportPort
  /// An address of the host; the unspecified address means all addresses of its family.
  public let hostAddress: IPAddress
  /// 0 if the network is routed without NAT: the port is then reachable at the container's own address, and uses no
  /// host port.
  public let hostPort: UInt16

  public init(containerPort: TransportPort, hostAddress: IPAddress, hostPort: UInt16) {
    self.containerPort = containerPort
    self.hostAddress = hostAddress
    self.hostPort = hostPort
  }

  /// Whether it uses a host port.
  public var usesHostPort: Bool { hostPort != 0 }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.containerPort, lhs.hostAddress, lhs.hostPort) < (rhs.containerPort, rhs.hostAddress, rhs.hostPort)
  }
}

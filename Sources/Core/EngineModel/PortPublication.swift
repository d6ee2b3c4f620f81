package import Addressing

/// A requested port binding (`PortBinding` in the Docker API): the host address and port for a container port.
package struct PortBinding: Sendable, Hashable {
  /// `nil`: all addresses of the host, IPv4 and IPv6.
  package var hostAddress: IPAddress?
  /// `nil`: the engine chooses one; a range: the first free port in it.
  package var hostPorts: PortRange?

  package init(hostAddress: IPAddress? = nil, hostPorts: PortRange? = nil) {
    self.hostAddress = hostAddress
    self.hostPorts = hostPorts
  }
}

/// A published port: one host address and port for one container port.
package struct PortPublication: Sendable, Hashable, Comparable {
  package let containerPort: TransportPort
  /// An address of the host; the unspecified address means all addresses of its family.
  package let hostAddress: IPAddress
  /// 0 if the network is routed without NAT: the port is then reachable at the container's own address, and uses no
  /// host port.
  package let hostPort: UInt16

  package init(containerPort: TransportPort, hostAddress: IPAddress, hostPort: UInt16) {
    self.containerPort = containerPort
    self.hostAddress = hostAddress
    self.hostPort = hostPort
  }

  /// Whether it uses a host port.
  package var usesHostPort: Bool { hostPort != 0 }

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.containerPort, lhs.hostAddress, lhs.hostPort) < (rhs.containerPort, rhs.hostAddress, rhs.hostPort)
  }
}

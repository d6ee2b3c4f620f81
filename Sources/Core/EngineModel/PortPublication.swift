public import Addressing

/// A port binding as asked for (`PortBinding` in the Docker API): where on the host a container's port shall answer.
public struct PortBinding: Sendable, Hashable {
  /// `nil`: every address of the host, of both families.
  public var hostAddress: IPAddress?
  /// `nil`: the engine chooses one; a range: the first free one of it.
  public var hostPorts: PortRange?

  public init(hostAddress: IPAddress? = nil, hostPorts: PortRange? = nil) {
    self.hostAddress = hostAddress
    self.hostPorts = hostPorts
  }
}

/// A port that is published: one host address and port, given to one container port.
public struct PortPublication: Sendable, Hashable, Comparable {
  public let containerPort: TransportPort
  /// An address of the host; the unspecified address of a family stands for all of that family.
  public let hostAddress: IPAddress
  /// 0 where the network is reached without translation: the port then answers at the container's own address, and
  /// takes none of the host's.
  public let hostPort: UInt16

  public init(containerPort: TransportPort, hostAddress: IPAddress, hostPort: UInt16) {
    self.containerPort = containerPort
    self.hostAddress = hostAddress
    self.hostPort = hostPort
  }

  /// Whether a port of the host is taken for it.
  public var takesHostPort: Bool { hostPort != 0 }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.containerPort, lhs.hostAddress, lhs.hostPort) < (rhs.containerPort, rhs.hostAddress, rhs.hostPort)
  }
}

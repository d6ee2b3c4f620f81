public import Addressing
public import TransportSecurity

/// How the engine takes part in a cluster.
public struct ClusterConfiguration: Sendable, Hashable {
  /// `--cluster-store`: the servers of the cluster store.
  public var servers: [ServerAddress]
  /// The certificates for TLS to the store; `nil`: no TLS.
  public var tls: TLSFiles?
  /// The beginning of the store's keys. Clusters on the same store have different prefixes.
  public var prefix: String
  /// `--cluster-advertise`: this host's underlay address, or the interface that has it.
  public var advertise: String
  /// `--cluster-port`: the UDP port of the tunnels, the same on all nodes.
  public var port: UInt16

  public static let standardPrefix = "causeway"
  /// The port of VXLAN (RFC 7348).
  public static let standardPort: UInt16 = 4789

  public init(
    servers: [ServerAddress], advertise: String, prefix: String = standardPrefix, port: UInt16 = standardPort
  ) {
    self.servers = servers
    self.advertise = advertise
    self.prefix = prefix
    self.port = port
  }
}

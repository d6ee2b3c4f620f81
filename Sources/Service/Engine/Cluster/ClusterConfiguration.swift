public import Addressing
public import TransportSecurity

/// What an engine has to know to be one of a cluster, whose networks span hosts.
public struct ClusterConfiguration: Sendable, Hashable {
  /// `--cluster-store`: the servers of the store that all hosts share.
  public var servers: [ServerAddress]
  /// The certificates to speak TLS to the store with; `nil`: plain, on a network that is trusted.
  public var tls: TLSFiles?
  /// What the store's keys begin with; another cluster on the same store has another one.
  public var prefix: String
  /// `--cluster-advertise`: this host's address on the network beneath, or the interface that has it.
  public var advertise: String
  /// `--cluster-port`: UDP, on all hosts the same.
  public var port: UInt16

  public static let standardPrefix = "causeway"
  /// That of VXLAN (RFC 7348).
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

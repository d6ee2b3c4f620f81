package import Addressing
package import TransportSecurity

/// How the engine takes part in a cluster.
package struct ClusterConfiguration: Sendable, Hashable {
  /// `--cluster-store`: the servers of the cluster store.
  package var servers: [ServerAddress]
  /// The certificates for TLS to the store; `nil`: no TLS.
  package var tls: TLSFiles?
  /// The beginning of the store's keys. Clusters on the same store have different prefixes.
  package var prefix: String
  /// `--cluster-advertise`: this host's underlay address, or the interface that has it.
  package var advertise: String
  /// `--cluster-port`: the UDP port of the tunnels, the same on all nodes.
  package var port: UInt16

  package static let standardPrefix = "causeway"
  /// The port of VXLAN (RFC 7348).
  package static let standardPort: UInt16 = 4789

  package init(
    servers: [ServerAddress], advertise: String, prefix: String = standardPrefix, port: UInt16 = standardPort
  ) {
    self.servers = servers
    self.advertise = advertise
    self.prefix = prefix
    self.port = port
  }
}

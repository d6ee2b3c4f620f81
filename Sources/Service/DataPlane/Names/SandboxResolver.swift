import Addressing
import CLinux
import Glibc
import Kernel
import NameService

/// The open sockets of one sandbox's resolver.
struct SandboxSockets {
  /// Docker's resolver address. A redirect in the sandbox leads port 53 to the resolver's port.
  static let address = IPAddress.v4(IPv4Address(127, 0, 0, 11))

  let namespace: NetworkNamespace
  let identity: UInt64
  let port: UInt16
  let datagrams: OwnedDescriptor
  let streams: OwnedDescriptor

  /// - Throws: errno `ENOENT` or `EINVAL` when the namespace does not exist.
  init(_ record: SandboxRecord, _ namespace: NetworkNamespace, _ namespaces: NamespaceSwitcher) throws(SystemCallError)
  {
    self.namespace = namespace
    identity = try namespace.identity()
    port = record.port
    (datagrams, streams) = try namespaces.run(in: namespace) { () throws(SystemCallError) in
      let address = SocketAddress(Self.address, record.port)
      let datagrams = try Sockets.bound(address, linux_SOCK_DGRAM)
      let streams = try Sockets.bound(address, linux_SOCK_STREAM, reuse: true)
      guard listen(streams.number, 64) == 0 else { throw SystemCallError.last("listen") }
      return (datagrams, streams)
    }
  }
}

/// Answers the queries of one sandbox.
final class SandboxResolver {
  private static let connectionLimit = 64

  var record: SandboxRecord
  let sockets: SandboxSockets
  private let datagrams: DatagramListener
  private var streams: Acceptor?
  private var connections: [ObjectIdentifier: StreamConnection] = [:]

  init(
    _ resolver: Resolver, _ record: SandboxRecord, _ sockets: SandboxSockets, _ client: Zone.Client
  ) throws(SystemCallError) {
    self.record = record
    self.sockets = sockets
    let id = record.id
    datagrams = try DatagramListener(resolver, sockets.datagrams, client: client, sandbox: id)
    streams = try Acceptor(resolver.loop, sockets.streams) { [weak self, unowned resolver] socket in
      guard let self, connections.count < Self.connectionLimit else { return }
      let connection = try? StreamConnection(resolver, socket, client: client, sandbox: id) { [weak self] connection in
        self?.connections[ObjectIdentifier(connection)] = nil
      }
      if let connection { connections[ObjectIdentifier(connection)] = connection }
    }
  }

  func close() {
    datagrams.close()
    streams?.close()
    for connection in connections.values { connection.close() }
  }
}

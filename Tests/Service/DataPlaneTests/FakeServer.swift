import Addressing
@testable import DataPlane
import CLinux
import Glibc
import Kernel
import NameService
import Synchronization

/// A server over UDP and TCP at one address of a namespace, for DNS messages or other data.
final class FakeServer: Sendable {
  enum Transport { case udp, tcp }

  private let sockets: [OwnedDescriptor]
  private let isStopping = Mutex(false)
  private let count = Mutex(0)

  private init(_ sockets: [OwnedDescriptor]) { self.sockets = sockets }

  /// The number of received requests.
  var requests: Int { count.withLock { $0 } }

  /// - Parameter answer: returns the reply. Over TCP, the server removes and adds the length octets of DNS.
  static func start(
    in namespace: NetworkNamespace, _ address: IPAddress, port: UInt16 = 53,
    answer: @escaping @Sendable ([UInt8], Transport) -> [UInt8]?
  ) async throws -> FakeServer {
    let sockets = try await namespace.run {
      let place = SocketAddress(address, port)
      let streams = try Sockets.bound(place, linux_SOCK_STREAM, reuse: true)
      guard listen(streams.number, 16) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
      return [try Sockets.bound(place, linux_SOCK_DGRAM), streams]
    }
    let server = FakeServer(sockets)
    Task { try await onDedicatedThread("fake-server") { server.serve(answer) } }
    return server
  }

  func stop() {
    isStopping.withLock { $0 = true }
  }

  /// Answers DNS queries. Ignores those for which `answer` returns `nil`.
  static func startResolver(
    in namespace: NetworkNamespace, _ address: IPAddress, port: UInt16 = 53,
    answer: @escaping @Sendable (Message, Transport) -> Message?
  ) async throws -> FakeServer {
    try await start(in: namespace, address, port: port) { bytes, transport in
      guard let query = try? Message(bytes), let reply = answer(query, transport) else { return nil }
      return reply.bytes
    }
  }

  private func serve(_ answer: @escaping @Sendable ([UInt8], Transport) -> [UInt8]?) {
    var buffer = [UInt8](repeating: 0, count: 65535)
    while !isStopping.withLock({ $0 }) {
      var polled = sockets.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, 2, 100) > 0 else { continue }
      if polled[0].revents != 0 {
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let size = withUnsafeMutablePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
            recvfrom(sockets[0].number, &buffer, buffer.count, 0, name, &length)
          }
        }
        guard size >= 0 else { continue }
        count.withLock { $0 += 1 }
        if let reply = answer(Array(buffer[..<size]), .udp),
          let peer = withUnsafePointer(to: peer, { SocketAddress(raw: $0) })
        {
          _ = peer.withRawAddress {
            sendto(sockets[0].number, reply, reply.count, 0, $0.assumingMemoryBound(to: sockaddr.self), $1)
          }
        }
      }
      if polled[1].revents != 0 {
        let number = linux_accept4(sockets[1].number, nil, nil, linux_SOCK_CLOEXEC)
        guard number >= 0 else { continue }
        let client = OwnedDescriptor(adopting: number)
        count.withLock { $0 += 1 }
        let size = recv(client.number, &buffer, buffer.count, 0)
        guard size > 2, let reply = answer(Array(buffer[2..<size]), .tcp) else { continue }
        let bytes = [UInt8(reply.count >> 8), UInt8(reply.count & 255)] + reply
        _ = send(client.number, bytes, bytes.count, linux_MSG_NOSIGNAL)
      }
    }
  }
}

extension Message {
  /// A reply to this query with addresses.
  func reply(_ addresses: [IPv4Address], code: UInt16 = 0) -> Message {
    var reply = self
    reply.flags = MessageFlags(rawValue: 0x8180 | code)
    reply.additionals = []
    reply.answers = addresses.map {
      ResourceRecord(name: questions[0].name, type: .a, ttl: 300, data: .a($0))
    }
    return reply
  }
}

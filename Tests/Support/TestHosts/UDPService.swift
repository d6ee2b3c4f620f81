import Addressing
import CLinux
import Glibc
package import Kernel
import Synchronization

/// Answers datagrams in a network namespace: acts as a container's program or as a name server.
package final class UDPService: Sendable {
  private let socket: OwnedDescriptor
  private let stopped = Mutex(false)
  private let seen = Mutex<[[UInt8]]>([])

  /// - Parameters:
  ///   - address: IPv4 in dotted form; `0.0.0.0` for all.
  ///   - answer: returns the reply to a datagram, or `nil` for none. Called on the service's thread.
  package init(
    in namespace: NetworkNamespace, address: String = "0.0.0.0", port: UInt16,
    answer: @escaping @Sendable ([UInt8]) -> [UInt8]?
  ) async throws {
    let socket = try await namespace.openSocket(domain: AF_INET, type: linux_SOCK_DGRAM)
    self.socket = socket
    let name = try socketAddress(address, port)
    // Another test may still use the port on the shared host.
    try await poll("\(address):\(port) to be free") {
      let bound = name.bind(socket.number)
      guard bound == 0 || errno == EADDRINUSE else {
        throw SystemCallError(errno: errno, call: "bind", subject: "\(address):\(port)")
      }
      return bound == 0 ? () : nil
    }
    Task {
      try await onDedicatedThread("udp-service") { self.serve(answer) }
    }
  }

  /// The received datagrams.
  package var received: [[UInt8]] { seen.withLock { $0 } }

  package func stop() {
    stopped.withLock { $0 = true }
  }

  private func serve(_ answer: ([UInt8]) -> [UInt8]?) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !stopped.withLock({ $0 }) {
      var wait = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&wait, 1, 100) > 0 else { continue }
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      withUnsafeMutablePointer(to: &peer) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          let count = recvfrom(socket.number, &buffer, buffer.count, 0, address, &length)
          guard count > 0 else { return }
          let datagram = Array(buffer[..<count])
          seen.withLock { $0.append(datagram) }
          if let reply = answer(datagram) { _ = sendto(socket.number, reply, reply.count, 0, address, length) }
        }
      }
    }
  }

  /// Sends a datagram from a namespace and waits for the answer.
  ///
  /// - Parameter sourcePort: zero for any.
  /// - Returns: `nil` when no answer arrived in time, or the port was refused.
  package static func exchange(
    from namespace: NetworkNamespace, to address: String, port: UInt16, _ payload: String, sourcePort: UInt16 = 0,
    timeout: Duration = .seconds(1)
  ) async throws -> String? {
    let socket = try await namespace.openSocket(domain: AF_INET, type: linux_SOCK_DGRAM)
    let name = try socketAddress(address, port)
    let bound = SocketAddress(.any(.ipv4), sourcePort).bind(socket.number)
    guard bound == 0 else { throw SystemCallError(errno: errno, call: "bind", subject: "port \(sourcePort)") }
    return try await onDedicatedThread("udp-exchange") {
      let connected = name.connect(socket.number)
      guard connected == 0, send(socket.number, payload, payload.utf8.count, 0) >= 0 else { return nil }
      var wait = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(timeout / .milliseconds(1))
      guard Glibc.poll(&wait, 1, milliseconds) > 0 else { return nil }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket.number, &buffer, buffer.count, 0)
      return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
  }
}

private func socketAddress(_ address: String, _ port: UInt16) throws -> SocketAddress {
  guard let parsed = IPv4Address(address) else {
    throw SystemCallError(errno: EINVAL, call: "socket address", subject: address)
  }
  return SocketAddress(.v4(parsed), port)
}

import Addressing
import CLinux
import Glibc
import Kernel

/// The error of a TCP connection attempt from a namespace. `ECONNREFUSED` proves that the address exists and that both
/// directions work, without a listener.
func connectError(from namespace: NetworkNamespace, to address: IPAddress, port: UInt16 = 9)
  async throws -> Int32
{
  let socket = try await namespace.openSocket(
    domain: SocketAddress(address, port).domain, type: linux_SOCK_STREAM)
  return try await onDedicatedThread("connect") {
    var timeout = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(
      socket.number, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    return SocketAddress(address, port).connect(socket.number) == 0 ? 0 : errno
  }
}

/// Sends one datagram and does not wait for an answer.
func sendDatagram(from namespace: NetworkNamespace, to address: IPAddress, port: UInt16) async throws {
  let socket = try await namespace.openSocket(
    domain: SocketAddress(address, port).domain, type: linux_SOCK_DGRAM)
  let sent = SocketAddress(address, port).withRawAddress {
    sendto(socket.number, [0], 1, 0, $0.assumingMemoryBound(to: sockaddr.self), $1)
  }
  guard sent == 1 else { throw SystemCallError.last("sendto", "\(address)") }
}

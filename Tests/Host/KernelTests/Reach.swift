import Addressing
import CLinux
import Glibc
import Kernel

/// What connecting from a namespace to a TCP port gives: `ECONNREFUSED` proves that the address is there and that both
/// directions work, though nobody listens.
func connectError(from namespace: NetworkNamespace, to address: IPAddress, port: UInt16 = 9)
  async throws -> Int32
{
  let socket = try await namespace.openSocket(
    domain: address.family == .ipv4 ? AF_INET : AF_INET6, type: linux_SOCK_STREAM)
  return try await onDedicatedThread("connect") {
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(
      socket.number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return address.withSocketAddress(port: port) { connect(socket.number, $0, $1) == 0 ? 0 : errno }
  }
}

/// Sends one datagram and waits for nothing.
func sendDatagram(from namespace: NetworkNamespace, to address: IPAddress, port: UInt16) async throws {
  let socket = try await namespace.openSocket(
    domain: address.family == .ipv4 ? AF_INET : AF_INET6, type: linux_SOCK_DGRAM)
  let sent = address.withSocketAddress(port: port) { sendto(socket.number, [0], 1, 0, $0, $1) }
  guard sent == 1 else { throw SystemCallError.last("sendto", "\(address)") }
}

extension IPAddress {
  fileprivate func withSocketAddress<T>(
    port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
  ) -> T {
    switch self {
    case .v4(let address):
      var target = sockaddr_in()
      target.sin_family = sa_family_t(AF_INET)
      target.sin_port = port.bigEndian
      target.sin_addr.s_addr = address.rawValue.bigEndian
      return withUnsafePointer(to: &target) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6(let address):
      var target = sockaddr_in6()
      target.sin6_family = sa_family_t(AF_INET6)
      target.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &target.sin6_addr) { $0.copyBytes(from: address.octets) }
      return withUnsafePointer(to: &target) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }
}

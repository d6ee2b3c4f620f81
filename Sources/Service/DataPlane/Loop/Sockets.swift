import Addressing
import CLinux
import Glibc
import Kernel

/// Opens non-blocking, close-on-exec sockets.
enum Sockets {
  static func open(_ domain: Int32, _ type: Int32, _ protocolNumber: Int32 = 0) throws(SystemCallError)
    -> OwnedDescriptor
  {
    let number = socket(domain, type | linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK, protocolNumber)
    guard number >= 0 else { throw SystemCallError.last("socket") }
    return OwnedDescriptor(adopting: number)
  }

  /// A bound socket. An IPv6 socket accepts only IPv6, unless it is dual-stack (RFC 3493, 5.3).
  static func bound(
    _ address: SocketAddress, _ type: Int32, _ protocolNumber: Int32 = 0, reuse: Bool = false, isDualStack: Bool = false
  ) throws(SystemCallError) -> OwnedDescriptor {
    let socket = try open(address.domain, type, protocolNumber)
    if address.domain == AF_INET6 { try set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, isDualStack ? 0 : 1) }
    if reuse { try set(socket, SOL_SOCKET, SO_REUSEADDR, 1) }
    guard address.bind(socket.number) == 0 else {
      throw SystemCallError.last("bind", "\(address.address) port \(address.port)")
    }
    return socket
  }

  /// Starts to connect. The connection is established when the socket becomes writable.
  static func connecting(to address: SocketAddress, _ type: Int32) throws(SystemCallError) -> OwnedDescriptor {
    let socket = try open(address.domain, type)
    if address.connect(socket.number) != 0, errno != EINPROGRESS {
      throw SystemCallError.last("connect", "\(address.address) port \(address.port)")
    }
    return socket
  }

  static func set(_ socket: OwnedDescriptor, _ level: Int32, _ option: Int32, _ value: Int32)
    throws(SystemCallError)
  {
    var value = value
    guard setsockopt(socket.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw SystemCallError.last("setsockopt")
    }
  }

  /// Returns and clears the error of a connection attempt or of an earlier datagram.
  static func pendingError(_ socket: OwnedDescriptor) -> Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &value, &length) == 0 else { return errno }
    return value
  }

  /// Makes closing the socket send a reset, so that the peer sees that data was lost.
  static func resetOnClose(_ socket: OwnedDescriptor) {
    var value = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
  }
}

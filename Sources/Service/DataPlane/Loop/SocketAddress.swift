import CLinux
import Addressing
import Glibc

/// An address and port as the socket calls take them.
struct SocketAddress: Hashable {
  let address: IPAddress
  let port: UInt16

  init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// - Parameter storage: as a call filled it; `nil` for another family than the Internet's two.
  init?(_ storage: sockaddr_storage) {
    var storage = storage
    switch Int32(storage.ss_family) {
    case AF_INET:
      (address, port) = withUnsafePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          (
            .v4(IPv4Address(rawValue: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))),
            UInt16(bigEndian: $0.pointee.sin_port)
          )
        }
      }
    case AF_INET6:
      (address, port) = withUnsafePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          let raw = withUnsafeBytes(of: $0.pointee.sin6_addr) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
          return (.v6(IPv6Address(rawValue: raw)), UInt16(bigEndian: $0.pointee.sin6_port))
        }
      }
    default:
      return nil
    }
  }

  var domain: Int32 { address.family == .ipv4 ? AF_INET : AF_INET6 }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch address {
    case .v4(let address):
      var value = sockaddr_in()
      value.sin_family = sa_family_t(AF_INET)
      value.sin_port = port.bigEndian
      value.sin_addr.s_addr = address.rawValue.bigEndian
      return withUnsafePointer(to: &value) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    case .v6(let address):
      var value = sockaddr_in6()
      value.sin6_family = sa_family_t(AF_INET6)
      value.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &value.sin6_addr) { $0.storeBytes(of: address.rawValue.bigEndian, as: UInt128.self) }
      return withUnsafePointer(to: &value) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
      }
    }
  }

  /// The local end of a socket.
  static func local(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return result == 0 ? SocketAddress(storage) : nil
  }
}

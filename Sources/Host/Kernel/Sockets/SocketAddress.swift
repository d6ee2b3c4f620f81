package import Addressing
import CLinux
import Glibc

/// An IP address and port, as socket calls use them.
package struct SocketAddress: Hashable, Sendable {
  package let address: IPAddress
  package let port: UInt16

  package init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// - Parameter storage: an address that a call returned; `nil` unless its family is IPv4 or IPv6.
  init?(_ storage: sockaddr_storage) {
    let value = withUnsafePointer(to: storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress(generic: $0) }
    }
    guard let value else { return nil }
    self = value
  }

  /// - Parameter pointer: the bytes of a `sockaddr` that is as long as its family requires; `nil` unless the family is IPv4
  ///   or IPv6.
  package init?(raw pointer: UnsafeRawPointer) {
    self.init(generic: pointer.assumingMemoryBound(to: sockaddr.self))
  }

  /// - Parameter pointer: an address that is as long as its family requires.
  init?(generic pointer: UnsafePointer<sockaddr>) {
    let bytes = UnsafeRawPointer(pointer)
    switch Int32(pointer.pointee.sa_family) {
    case AF_INET:
      let value = bytes.loadUnaligned(as: sockaddr_in.self)
      address = .v4(IPv4Address(rawValue: UInt32(bigEndian: value.sin_addr.s_addr)))
      port = UInt16(bigEndian: value.sin_port)
    case AF_INET6:
      let value = bytes.loadUnaligned(as: sockaddr_in6.self)
      let raw = withUnsafeBytes(of: value.sin6_addr) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
      address = .v6(IPv6Address(rawValue: raw))
      port = UInt16(bigEndian: value.sin6_port)
    default:
      return nil
    }
  }

  /// `AF_INET` or `AF_INET6`.
  package var domain: Int32 { address.family == .ipv4 ? AF_INET : AF_INET6 }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch address {
    case .v4(let address):
      var value = sockaddr_in()
      value.sin_family = sa_family_t(AF_INET)
      value.sin_port = port.bigEndian
      value.sin_addr.s_addr = address.rawValue.bigEndian
      return withGenericAddress(of: value, body)
    case .v6(let address):
      var value = sockaddr_in6()
      value.sin6_family = sa_family_t(AF_INET6)
      value.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &value.sin6_addr) { $0.storeBytes(of: address.rawValue.bigEndian, as: UInt128.self) }
      return withGenericAddress(of: value, body)
    }
  }

  /// bind(2) of a socket to the address.
  ///
  /// - Returns: 0, or -1 with errno set.
  package func bind(_ descriptor: Int32) -> Int32 { withSockaddr { Glibc.bind(descriptor, $0, $1) } }

  /// connect(2) of a socket to the address.
  ///
  /// - Returns: 0, or -1 with errno set.
  package func connect(_ descriptor: Int32) -> Int32 { withSockaddr { Glibc.connect(descriptor, $0, $1) } }

  /// Lends the address as the bytes of a `sockaddr`, with their length. No C type stands in the signature: which module
  /// declares `sockaddr` depends on the order of imports.
  package func withRawAddress<Result>(_ body: (UnsafeRawPointer, UInt32) -> Result) -> Result {
    withSockaddr { body(UnsafeRawPointer($0), $1) }
  }

  /// The local address of a socket (getsockname(2)).
  package static func local(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return result == 0 ? SocketAddress(storage) : nil
  }
}

/// Passes an address of any family as the generic type that socket calls take.
func withGenericAddress<Address, Result>(
  of value: Address, length: socklen_t? = nil, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  withUnsafePointer(to: value) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length ?? socklen_t(MemoryLayout<Address>.size)) }
  }
}

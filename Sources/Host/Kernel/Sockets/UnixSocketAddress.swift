import CLinux
import Glibc

/// The address of a Unix socket (unix(7)).
package struct UnixSocketAddress: Sendable {
  private var value = sockaddr_un()
  private let length: socklen_t

  /// - Parameter path: a path, or `@` and a name in the abstract namespace.
  /// - Throws: errno `ENAMETOOLONG` for more than 107 octets.
  package init(_ path: String) throws(SystemCallError) {
    value.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: value.sun_path) else {
      throw SystemCallError(errno: ENAMETOOLONG, call: "bind", subject: path)
    }
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &value.sun_path) { $0.copyBytes(from: bytes) }
    // The length ends an abstract name; a path ends with a zero byte.
    length = socklen_t(
      isAbstract ? MemoryLayout<sa_family_t>.size + bytes.count : MemoryLayout<sockaddr_un>.size)
  }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withGenericAddress(of: value, length: length, body)
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

  /// The path that a socket is bound to; `nil` when it is not a Unix socket. Empty for an unbound socket.
  package static func path(of descriptor: Int32) -> String? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    return withUnsafeBytes(of: address.sun_path) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

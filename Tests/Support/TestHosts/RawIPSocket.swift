import Addressing
import CLinux
import Glibc
package import Kernel

/// Sends whole IP packets, with any source address, as a program of a namespace: the kernel there routes them (raw(7)).
package final class RawIPSocket: Sendable {
  private let socket4: OwnedDescriptor
  private let socket6: OwnedDescriptor
  /// IPPROTO_RAW
  private static let protocolNumber: Int32 = 255

  package init(in namespace: NetworkNamespace) async throws {
    socket4 = try await namespace.openSocket(
      domain: AF_INET, type: linux_SOCK_RAW, protocol: Self.protocolNumber)
    socket6 = try await namespace.openSocket(
      domain: AF_INET6, type: linux_SOCK_RAW, protocol: Self.protocolNumber)
  }

  /// - Returns: whether the namespace has a route to the destination.
  @discardableResult
  package func send(_ packet: [UInt8], to destination: [UInt8]) throws -> Bool {
    guard let address = IPAddress(octets: destination) else {
      throw SystemCallError(errno: EINVAL, call: "send", subject: "packet")
    }
    let socket = destination.count == 4 ? socket4 : socket6
    let name = SocketAddress(address, 0)
    guard name.connect(socket.number) == 0 else { return false }
    let count = packet.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, 0) }
    return count == packet.count
  }
}

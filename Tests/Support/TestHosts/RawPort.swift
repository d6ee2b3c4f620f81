import CLinux
import Glibc
package import Kernel

/// Sends and receives whole frames on a link (packet(7)), as a container with all capabilities can.
package final class RawPort: Sendable {
  private let socket: OwnedDescriptor
  private static let packetFamily: Int32 = 17

  package init(in namespace: NetworkNamespace, link: String) async throws {
    socket = try await namespace.run {
      let index = if_nametoindex(link)
      // ETH_P_ALL in network byte order.
      let everything = UInt16(3).bigEndian
      let socket = OwnedDescriptor(
        adopting: Glibc.socket(
          Self.packetFamily, linux_SOCK_RAW | linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK, Int32(everything)))
      var address = [UInt8](repeating: 0, count: 20)  // struct sockaddr_ll
      address.withUnsafeMutableBytes { bytes in
        bytes.storeBytes(of: UInt16(Self.packetFamily), toByteOffset: 0, as: UInt16.self)
        bytes.storeBytes(of: everything, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: index, toByteOffset: 4, as: UInt32.self)
      }
      let bound = address.withUnsafeBytes { bytes in
        bind(socket.number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      }
      guard index != 0, bound == 0 else { throw SystemCallError(errno: errno, call: "bind", subject: link) }
      return socket
    }
  }

  package func send(_ frame: [UInt8]) throws {
    let count = frame.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, 0) }
    guard count == frame.count else { throw SystemCallError(errno: errno, call: "send", subject: "frame") }
  }

  /// The frames received since the last call.
  package func take() -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(socket.number, &buffer, buffer.count, 0)
      guard count > 0 else { return frames }
      frames.append(Array(buffer[..<count]))
    }
  }
}

import Addressing
import CLinux
import Glibc
import Kernel

/// Datagrams together with their local address (ip(7) `IP_PKTINFO`, RFC 3542).
enum PacketIO {
  struct Datagram {
    let length: Int
    let peer: SocketAddress
    /// `nil` when the kernel did not report it.
    let local: IPAddress?
  }

  private static let controlSize = 128

  /// - Returns: `nil` when no datagram is available.
  static func receive(_ descriptor: Int32, buffer: UnsafeMutableRawBufferPointer) -> Datagram? {
    var peer = sockaddr_storage()
    var vector = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
    return withUnsafeTemporaryAllocation(byteCount: controlSize, alignment: 16) { control in
      withUnsafeMutablePointer(to: &peer) { name in
        withUnsafeMutablePointer(to: &vector) { vector in
          var message = msghdr()
          message.msg_name = UnsafeMutableRawPointer(name)
          message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
          message.msg_iov = vector
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          let length = recvmsg(descriptor, &message, linux_MSG_DONTWAIT)
          guard length >= 0, let peer = SocketAddress(raw: name) else { return nil }
          return Datagram(length: length, peer: peer, local: localAddress(&message))
        }
      }
    }
  }

  static func send(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ length: Int, to peer: SocketAddress,
    from local: IPAddress?
  ) {
    var vector = iovec(iov_base: bytes, iov_len: length)
    withUnsafeTemporaryAllocation(byteCount: controlSize, alignment: 16) { control in
      withUnsafeMutablePointer(to: &vector) { vector in
        peer.withRawAddress { name, nameLength in
          var message = msghdr()
          message.msg_name = UnsafeMutableRawPointer(mutating: name)
          message.msg_namelen = nameLength
          message.msg_iov = vector
          message.msg_iovlen = 1
          if let local { setLocalAddress(local, &message, control) }
          _ = sendmsg(descriptor, &message, linux_MSG_DONTWAIT | linux_MSG_NOSIGNAL)
        }
      }
    }
  }

  private static func localAddress(_ message: inout msghdr) -> IPAddress? {
    guard let header = linux_CMSG_FIRSTHDR(&message), let data = linux_CMSG_DATA(header) else { return nil }
    if header.pointee.cmsg_level == Int32(IPPROTO_IPV6), header.pointee.cmsg_type == linux_IPV6_PKTINFO {
      let raw = UnsafeRawPointer(data).loadUnaligned(as: UInt128.self)
      return .v6(IPv6Address(rawValue: UInt128(bigEndian: raw)))
    }
    if header.pointee.cmsg_level == Int32(IPPROTO_IP), header.pointee.cmsg_type == linux_IP_PKTINFO {
      // struct in_pktinfo: interface index, local address, destination address of the header.
      let raw = UnsafeRawPointer(data).loadUnaligned(fromByteOffset: 8, as: UInt32.self)
      return .v4(IPv4Address(rawValue: UInt32(bigEndian: raw)))
    }
    return nil
  }

  private static func setLocalAddress(
    _ address: IPAddress, _ message: inout msghdr, _ control: UnsafeMutableRawBufferPointer
  ) {
    control.initializeMemory(as: UInt8.self, repeating: 0)
    let size = address.family == .ipv6 ? MemoryLayout<linux_in6_pktinfo>.size : 12
    message.msg_control = control.baseAddress
    message.msg_controllen = linux_CMSG_SPACE(size)
    guard let header = linux_CMSG_FIRSTHDR(&message), let data = linux_CMSG_DATA(header) else { return }
    header.pointee.cmsg_len = linux_CMSG_LEN(size)
    switch address {
    case .v6(let address):
      header.pointee.cmsg_level = Int32(IPPROTO_IPV6)
      header.pointee.cmsg_type = linux_IPV6_PKTINFO
      data.storeBytes(of: address.rawValue.bigEndian, as: UInt128.self)
    case .v4(let address):
      header.pointee.cmsg_level = Int32(IPPROTO_IP)
      header.pointee.cmsg_type = linux_IP_PKTINFO
      data.storeBytes(of: address.rawValue.bigEndian, toByteOffset: 4, as: UInt32.self)
    }
  }
}

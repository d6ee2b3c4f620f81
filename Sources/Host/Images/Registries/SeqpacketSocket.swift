import CLinux
import Glibc
import Kernel

/// One end of a pair of `SOCK_SEQPACKET` sockets, which can pass file descriptors (unix(7)). All calls block.
struct SeqpacketSocket: Sendable {
  let socket: OwnedDescriptor

  /// - Returns: both ends, close-on-exec.
  static func pair() throws(SystemCallError) -> (SeqpacketSocket, SeqpacketSocket) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    try checked("socketpair") { socketpair(AF_UNIX, kind, 0, &ends) }
    return (
      SeqpacketSocket(socket: OwnedDescriptor(adopting: ends[0])),
      SeqpacketSocket(socket: OwnedDescriptor(adopting: ends[1]))
    )
  }

  func send(_ bytes: [UInt8]) throws(SystemCallError) {
    let count = try checkedCount("send") { Glibc.send(socket.number, bytes, bytes.count, linux_MSG_NOSIGNAL) }
    guard count == bytes.count else { throw SystemCallError(errno: EMSGSIZE, call: "send", subject: "a packet") }
  }

  /// - Returns: the packet and the descriptor attached to it; an empty packet if the other end is closed.
  func receive(limit: Int = 1 << 16) throws(SystemCallError) -> (bytes: [UInt8], file: OwnedDescriptor?) {
    var bytes = [UInt8](repeating: 0, count: limit)
    // Room for one control message: a header (16 bytes: length, level, type) and one descriptor, aligned to eight
    // bytes.
    var control = [UInt64](repeating: 0, count: 3)
    var received = 0
    var failure: Int32 = 0
    bytes.withUnsafeMutableBytes { data in
      control.withUnsafeMutableBytes { extra in
        var piece = iovec(iov_base: data.baseAddress, iov_len: data.count)
        withUnsafeMutablePointer(to: &piece) { pieces in
          var message = msghdr()
          message.msg_iov = pieces
          message.msg_iovlen = 1
          message.msg_control = extra.baseAddress
          message.msg_controllen = extra.count
          repeat {
            received = recvmsg(socket.number, &message, Int32(MSG_CMSG_CLOEXEC))
            failure = errno
          } while received < 0 && failure == EINTR
          if message.msg_controllen < 20 { extra.storeBytes(of: 0, as: UInt64.self) }
        }
      }
    }
    guard received >= 0 else { throw SystemCallError(errno: failure, call: "recvmsg", subject: "a packet") }
    return (Array(bytes[..<received]), Self.file(control))
  }

  private static func file(_ control: [UInt64]) -> OwnedDescriptor? {
    control.withUnsafeBytes { bytes in
      guard bytes.load(as: UInt64.self) >= 20, bytes.load(fromByteOffset: 8, as: Int32.self) == SOL_SOCKET,
        bytes.load(fromByteOffset: 12, as: Int32.self) == linux_SCM_RIGHTS
      else { return nil }
      return OwnedDescriptor(adopting: bytes.load(fromByteOffset: 16, as: Int32.self))
    }
  }
}

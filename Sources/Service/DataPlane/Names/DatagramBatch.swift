import CLinux
import Glibc
import NameService

/// Buffers for a batch of queries and replies, shared by all datagram listeners.
final class DatagramBatch {
  static let depth = 16
  static let size = Int(Zone.largestDatagram)

  private let storage: UnsafeMutableRawBufferPointer
  private let vectors: UnsafeMutablePointer<iovec>
  private let addresses: UnsafeMutablePointer<sockaddr_in>
  private let received: UnsafeMutablePointer<linux_mmsghdr>
  private let sent: UnsafeMutablePointer<linux_mmsghdr>
  private var sentCount = 0

  init() {
    storage = .allocate(byteCount: 2 * Self.depth * Self.size, alignment: 64)
    vectors = .allocate(capacity: 2 * Self.depth)
    addresses = .allocate(capacity: Self.depth)
    received = .allocate(capacity: Self.depth)
    sent = .allocate(capacity: Self.depth)
    addresses.initialize(repeating: sockaddr_in(), count: Self.depth)
    received.initialize(repeating: linux_mmsghdr(), count: Self.depth)
    sent.initialize(repeating: linux_mmsghdr(), count: Self.depth)
    vectors.initialize(repeating: iovec(), count: 2 * Self.depth)
    for index in 0..<Self.depth {
      vectors[index] = iovec(iov_base: base(index), iov_len: Self.size)
      received[index].msg_hdr.msg_iov = vectors + index
      received[index].msg_hdr.msg_iovlen = 1
      received[index].msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + index)
      sent[index].msg_hdr.msg_iov = vectors + Self.depth + index
      sent[index].msg_hdr.msg_iovlen = 1
    }
  }

  deinit {
    storage.deallocate()
    vectors.deallocate()
    addresses.deallocate()
    received.deallocate()
    sent.deallocate()
  }

  /// - Returns: the number of received datagrams.
  @inline(__always)
  func receive(_ descriptor: Int32) -> Int {
    sentCount = 0
    for index in 0..<Self.depth { received[index].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size) }
    return max(0, Int(linux_recvmmsg(descriptor, received, UInt32(Self.depth), linux_MSG_DONTWAIT)))
  }

  /// A received query; `nil` when it exceeds the largest datagram.
  @inline(__always)
  func query(_ index: Int) -> UnsafeRawBufferPointer? {
    guard received[index].msg_hdr.msg_flags & linux_MSG_TRUNC == 0 else { return nil }
    return UnsafeRawBufferPointer(start: base(index), count: Int(received[index].msg_len))
  }

  /// The sender of a query.
  func sender(_ index: Int) -> sockaddr_in { addresses[index] }

  /// The buffer for the next reply.
  @inline(__always)
  var replySpace: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base(Self.depth + sentCount), count: Self.size)
  }

  /// Queues the bytes in the reply buffer as the reply to a query.
  @inline(__always)
  func addReply(_ length: Int, to index: Int) {
    vectors[Self.depth + sentCount] = iovec(iov_base: base(Self.depth + sentCount), iov_len: length)
    sent[sentCount].msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + index)
    sent[sentCount].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
    sentCount += 1
  }

  /// Sends the queued replies. A reply that cannot be sent is lost, as UDP allows.
  @inline(__always)
  func send(_ descriptor: Int32) {
    var done = 0
    while done < sentCount {
      let count = linux_sendmmsg(descriptor, sent + done, UInt32(sentCount - done), linux_MSG_DONTWAIT)
      done += max(1, Int(count))
    }
  }

  @inline(__always)
  private func base(_ index: Int) -> UnsafeMutableRawPointer? {
    storage.baseAddress.map { $0 + index * Self.size }
  }
}

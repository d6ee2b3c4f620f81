import CLinux
import CNetlink
import Glibc
import Synchronization

/// A netlink socket for rtnetlink(7) or netfilter. It belongs to the namespace of the thread that opened it and may be
/// used from any thread.
///
/// The kernel chooses the port id, checks requests strictly (`NETLINK_GET_STRICT_CHK`), and adds a message to errors
/// (`NETLINK_EXT_ACK`). Calls block while the kernel works, and run one after the other.
final class NetlinkSocket: Sendable {
  let descriptor: OwnedDescriptor
  /// The sequence number of the last request; locked during an exchange.
  private let sequence = Mutex<UInt32>(0)

  /// Larger than any dump message: the kernel sends at most 32 KiB at once.
  private static let bufferSize = 1 << 16

  /// - Parameters:
  ///   - family: `NETLINK_ROUTE`, or `NETLINK_NETFILTER`.
  ///   - groups: multicast groups, as `1 << (RTNLGRP_… - 1)`.
  ///   - listensToAllNamespaces: also receives notifications of all namespaces that have an id in this one
  ///     (ip-netns(8), `set`). Needs CAP_NET_BROADCAST.
  init(
    family: Int32 = NETLINK_ROUTE, groups: UInt32 = 0, listensToAllNamespaces: Bool = false
  ) throws(SystemCallError) {
    descriptor = OwnedDescriptor(
      adopting: try checked("socket", "AF_NETLINK") {
        socket(AF_NETLINK, linux_SOCK_RAW | linux_SOCK_CLOEXEC, family)
      })
    try set(SOL_NETLINK, NETLINK_EXT_ACK, 1)
    try set(SOL_NETLINK, NETLINK_CAP_ACK, 1)
    // Since Linux 4.20. Without it the kernel filters dumps less, and the callers filter in any case.
    try? set(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
    try set(SOL_SOCKET, SO_RCVBUFFORCE, groups == 0 ? 1 << 20 : 8 << 20)
    if listensToAllNamespaces { try set(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1) }
    // The kernel answers before `send` returns. The timeout only prevents a hang if an answer is lost.
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    try checked("setsockopt", "SO_RCVTIMEO") {
      setsockopt(
        descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size)
      )
    }
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    address.nl_groups = groups
    try checked("bind", "AF_NETLINK") {
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
      }
    }
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemCallError) {
    var value = value
    try checked("setsockopt", "AF_NETLINK \(option)") {
      setsockopt(descriptor.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// Sends all requests at once; the kernel processes them in order and continues after a failure.
  ///
  /// - Returns: the error of each request; `nil` means success.
  /// - Throws: when the exchange itself fails.
  func perform(_ requests: [NetlinkRequest]) throws(SystemCallError) -> [SystemCallError?] {
    guard !requests.isEmpty else { return [] }
    return try sequence.withLock { last throws(SystemCallError) in
      let first = last &+ 1
      var bytes: [UInt8] = []
      for request in requests {
        last &+= 1
        bytes += request.bytes(sequence: last, extraFlags: NLM_F_ACK)
      }
      try send(bytes)
      var outcomes = [SystemCallError?](repeating: nil, count: requests.count)
      var missing = requests.count
      while missing > 0 {
        try receive { reply in
          let index = Int(reply.header.nlmsg_seq &- first)
          guard Int32(reply.header.nlmsg_type) == NLMSG_ERROR, requests.indices.contains(index)
          else { return }
          missing -= 1
          outcomes[index] = Self.error(reply, requests[index])
        }
      }
      return outcomes
    }
  }

  /// Like ``perform(_:)-([NetlinkRequest])`` for any number of requests. Limits each batch so that the answers fit into
  /// the socket's buffer.
  func performInBatches(_ requests: [NetlinkRequest]) throws(SystemCallError) -> [SystemCallError?] {
    var outcomes: [SystemCallError?] = []
    for start in stride(from: 0, to: requests.count, by: 256) {
      outcomes += try perform(Array(requests[start..<min(start + 256, requests.count)]))
    }
    return outcomes
  }

  /// Sends one request and throws its error.
  func perform(_ request: NetlinkRequest) throws(SystemCallError) {
    if let error = try perform([request]).first ?? nil { throw error }
  }

  /// Requests one object.
  func get<Value: Sendable>(_ request: NetlinkRequest, _ read: (NetlinkReply) -> Value)
    throws(SystemCallError) -> Value
  {
    try sequence.withLock { last throws(SystemCallError) in
      last &+= 1
      let own = last
      try send(request.bytes(sequence: own))
      var value: Value?
      var failure: SystemCallError?
      while value == nil && failure == nil {
        try receive { reply in
          guard reply.header.nlmsg_seq == own else { return }
          if Int32(reply.header.nlmsg_type) == NLMSG_ERROR {
            failure =
              Self.error(reply, request) ?? SystemCallError(errno: ENODATA, call: request.call)
          } else {
            value = read(reply)
          }
        }
      }
      if let value { return value }
      throw failure ?? SystemCallError(errno: ENODATA, call: request.call, subject: request.subject)
    }
  }

  /// Requests all objects of a kind. Repeats the dump when the list changed meanwhile (`NLM_F_DUMP_INTR`), so that no
  /// object is missing or duplicated.
  func dump<Value: Sendable>(
    _ request: NetlinkRequest, _ read: (NetlinkReply) -> Value?
  ) throws(SystemCallError) -> [Value] {
    for _ in 0..<16 {
      if let values = try dumpOnce(request, read) { return values }
    }
    throw SystemCallError(
      errno: EINTR, call: request.call, subject: "the list kept changing while it was read")
  }

  private func dumpOnce<Value: Sendable>(
    _ request: NetlinkRequest, _ read: (NetlinkReply) -> Value?
  ) throws(SystemCallError) -> [Value]? {
    try sequence.withLock { last throws(SystemCallError) in
      last &+= 1
      let own = last
      try send(request.bytes(sequence: own, extraFlags: NLM_F_DUMP))
      var values: [Value] = []
      var isDone = false
      var wasInterrupted = false
      var failure: SystemCallError?
      while !isDone {
        try receive { reply in
          guard reply.header.nlmsg_seq == own else { return }
          if reply.header.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0 { wasInterrupted = true }
          switch Int32(reply.header.nlmsg_type) {
          case NLMSG_DONE, NLMSG_ERROR:
            isDone = true
            failure = Self.error(reply, request)
          default:
            if let value = read(reply) { values.append(value) }
          }
        }
      }
      if let failure, failure.errno != EINTR { throw failure }
      return wasInterrupted || failure != nil ? nil : values
    }
  }

  private static func error(_ reply: NetlinkReply, _ request: NetlinkRequest) -> SystemCallError? {
    let (number, message) = reply.outcome
    guard number != 0 else { return nil }
    return SystemCallError(
      errno: number, call: request.call, subject: request.subject, kernelMessage: message)
  }

  private func send(_ bytes: [UInt8]) throws(SystemCallError) {
    var kernel = sockaddr_nl()
    kernel.nl_family = sa_family_t(AF_NETLINK)
    let sent = try checkedCount("send", "AF_NETLINK") {
      withUnsafePointer(to: &kernel) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(
            descriptor.number, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
      }
    }
    guard sent == bytes.count else {
      throw SystemCallError(errno: EMSGSIZE, call: "send", subject: "AF_NETLINK")
    }
  }

  /// Receives once and passes on every message in it. Drops messages that do not come from the kernel.
  func receive(_ body: (NetlinkReply) -> Void) throws(SystemCallError) {
    try receiveWithNamespaceID { reply, _ in body(reply) }
  }

  /// Like ``receive(_:)``, with the id of the namespace that the messages are about; `nil` means the socket's own.
  func receiveWithNamespaceID(_ body: (NetlinkReply, Int32?) -> Void) throws(SystemCallError) {
    var failure: SystemCallError?
    withUnsafeTemporaryAllocation(byteCount: Self.bufferSize, alignment: 8) { buffer in
      withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { control in
        do throws(SystemCallError) {
          var sender = sockaddr_nl()
          var namespaceID: Int32?
          let count = try checkedCount("recv", "AF_NETLINK") {
            withUnsafeMutablePointer(to: &sender) { name in
              var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
              return withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_name = UnsafeMutableRawPointer(name)
                message.msg_namelen = socklen_t(MemoryLayout<sockaddr_nl>.size)
                message.msg_iov = part
                message.msg_iovlen = 1
                message.msg_control = control.baseAddress
                message.msg_controllen = control.count
                let count = recvmsg(descriptor.number, &message, Int32(linux_MSG_TRUNC))
                namespaceID = Self.namespaceID(
                  UnsafeRawBufferPointer(rebasing: control[..<Int(message.msg_controllen)]))
                return count
              }
            }
          }
          guard count <= buffer.count else {
            throw SystemCallError(errno: EMSGSIZE, call: "recv", subject: "AF_NETLINK")
          }
          guard sender.nl_pid == 0 else { return }
          NetlinkReply.each(in: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])) {
            body($0, namespaceID)
          }
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }

  /// The namespace id from a message's control data (netlink(7), `NETLINK_LISTEN_ALL_NSID`).
  private static func namespaceID(_ control: UnsafeRawBufferPointer) -> Int32? {
    let head = MemoryLayout<cmsghdr>.size
    guard control.count >= head + 4 else { return nil }
    let header = control.loadUnaligned(as: cmsghdr.self)
    guard header.cmsg_level == SOL_NETLINK, header.cmsg_type == NETLINK_LISTEN_ALL_NSID else { return nil }
    return control.loadUnaligned(fromByteOffset: head, as: Int32.self)
  }
}

import CNetlink
import Glibc
import Synchronization

/// Tells of changes in one namespace's links, addresses, routes and firewall, as the kernel reports them to everyone who
/// listens (rtnetlink(7) multicast groups).
///
/// It costs two sockets and no thread of its own. Ours and others' changes look alike here.
public final class KernelMonitor: Sendable {
  /// The changes since the monitor was made, for one reader. Ends when the monitor is let go of.
  public let events: AsyncStream<KernelEvent>

  private let continuation: AsyncStream<KernelEvent>.Continuation
  private let sockets: [NetlinkSocket]
  private let tokens = Mutex<[ReadinessThread.Token]>([])

  private static let routingGroups = [
    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
  ].reduce(UInt32(0)) { $0 | 1 << ($1.rawValue - 1) }

  /// - Parameter namespace: `nil` for the process's own. Needs CAP_SYS_ADMIN to enter another.
  public init(_ namespace: NetworkNamespace? = nil) async throws {
    sockets = try await onDedicatedThread("monitor-open") {
      try namespace?.enter()
      return [
        try NetlinkSocket(groups: Self.routingGroups),
        try NetlinkSocket(family: NETLINK_NETFILTER, groups: 1 << (NFNLGRP_NFTABLES.rawValue - 1)),
      ]
    }
    (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65536))
    for socket in sockets {
      try socket.descriptor.setNonblocking()
      let token = try ReadinessThread.shared.watch(socket.descriptor.number, for: .readable) {
        [continuation] in
        Self.drain(socket, into: continuation)
        return .again
      }
      tokens.withLock { $0.append(token) }
    }
  }

  deinit {
    for token in tokens.withLock({ $0 }) { ReadinessThread.shared.cancel(token) }
    continuation.finish()
  }

  private static func drain(_ socket: NetlinkSocket, into continuation: AsyncStream<KernelEvent>.Continuation) {
    // Bounded, so that a storm here does not starve the other descriptors.
    for _ in 0..<64 {
      do throws(SystemCallError) {
        try socket.receive { reply in
          guard let event = KernelEvent(reply) else { return }
          if case .dropped = continuation.yield(event) { continuation.yield(.overrun) }
        }
      } catch {
        if error.errno == ENOBUFS {
          continuation.yield(.overrun)
          continue
        }
        return
      }
    }
  }
}

extension KernelEvent {
  fileprivate init?(_ reply: NetlinkReply) {
    let type = Int(reply.header.nlmsg_type)
    switch type {
    case RTM_NEWLINK, RTM_DELLINK:
      guard let link = ObservedLink(reply) else { return nil }
      self = .link(link, isGone: type == RTM_DELLINK)
    case RTM_NEWADDR, RTM_DELADDR:
      guard let address = ObservedAddress(reply) else { return nil }
      self = .address(address, isGone: type == RTM_DELADDR)
    case RTM_NEWROUTE, RTM_DELROUTE:
      guard let route = ObservedRoute(reply) else { return nil }
      self = .route(route, isGone: type == RTM_DELROUTE)
    case Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(NFT_MSG_NEWGEN.rawValue):
      // Every transaction ends with the new generation's number and who made it; what the kernel calls process id
      // here is the thread's (task_pid_nr).
      let attributes = reply.attributes(after: nfgenmsg.self)
      let thread = UInt32(bigEndian: attributes.value(Int(NFTA_GEN_PROC_PID.rawValue), as: UInt32.self) ?? 0)
      self = .firewall(
        by: attributes.text(NFTA_GEN_PROC_NAME.rawValue) ?? "", isOurs: access("/proc/self/task/\(thread)", F_OK) == 0)
    default:
      return nil
    }
  }
}

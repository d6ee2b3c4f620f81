import CLinux
import Addressing
import CNetlink
import Glibc
import Synchronization

/// Reports changes to links, addresses, routes, forwarding and the firewall from the kernel's multicast groups
/// (rtnetlink(7), nftables).
///
/// Uses two sockets and no thread. Only firewall changes tell whether this process made them.
package final class KernelMonitor: Sendable {
  /// The namespaces whose changes are reported.
  package enum Scope: Sendable {
    /// The namespace in which the monitor was opened.
    case own
    /// All namespaces that have an id in that namespace, except that namespace itself.
    case others
  }

  package struct Notification: Hashable, Sendable {
    /// The namespace's id in the monitor's own namespace; `nil` for the monitor's own namespace.
    package let namespaceID: Int32?
    package let event: KernelEvent
  }

  /// The changes since the monitor was created, for one reader. Ends when the monitor is released.
  package let notifications: AsyncStream<Notification>

  private let continuation: AsyncStream<Notification>.Continuation
  private let sockets: [NetlinkSocket]
  private let tokens = Mutex<[ReadinessThread.Token]>([])

  private static let routingGroups = [
    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
    RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF,
  ].reduce(UInt32(0)) { $0 | 1 << ($1.rawValue - 1) }

  /// - Parameter namespace: `nil` means the namespace of the process. Another one needs CAP_SYS_ADMIN; `others` needs
  ///   CAP_NET_BROADCAST.
  package init(_ namespace: NetworkNamespace? = nil, scope: Scope = .own) async throws {
    let listensToAllNamespaces = scope == .others
    sockets = try await onDedicatedThread("monitor-open") {
      try namespace?.enter()
      return [
        try NetlinkSocket(groups: Self.routingGroups, listensToAllNamespaces: listensToAllNamespaces),
        try NetlinkSocket(
          family: NETLINK_NETFILTER, groups: 1 << (NFNLGRP_NFTABLES.rawValue - 1),
          listensToAllNamespaces: listensToAllNamespaces),
      ]
    }
    (notifications, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65536))
    for socket in sockets {
      try socket.descriptor.setNonblocking()
      let intake = NotificationReader(continuation: continuation, readsOtherNamespaces: listensToAllNamespaces)
      let token = try ReadinessThread.shared.watch(socket.descriptor.number, for: .readable) {
        intake.drain(socket)
        return .again
      }
      tokens.withLock { $0.append(token) }
    }
  }

  deinit {
    for token in tokens.withLock({ $0 }) { ReadinessThread.shared.cancel(token) }
    continuation.finish()
  }
}

/// Reads one socket's messages on the readiness thread.
private final class NotificationReader: Sendable {
  private let continuation: AsyncStream<KernelMonitor.Notification>.Continuation
  private let readsOtherNamespaces: Bool
  private let firewall = Mutex<[Int32?: FirewallTransactionReader]>([:])

  init(continuation: AsyncStream<KernelMonitor.Notification>.Continuation, readsOtherNamespaces: Bool) {
    self.continuation = continuation
    self.readsOtherNamespaces = readsOtherNamespaces
  }

  func drain(_ socket: NetlinkSocket) {
    // Bounded, so that a burst does not starve the other descriptors.
    for _ in 0..<64 {
      do throws(SystemCallError) {
        try socket.receiveWithNamespaceID { reply, namespaceID in
          guard (namespaceID != nil) == readsOtherNamespaces, let event = event(reply, namespaceID) else { return }
          if case .dropped = continuation.yield(.init(namespaceID: namespaceID, event: event)) {
            continuation.yield(.init(namespaceID: nil, event: .overrun))
          }
        }
      } catch {
        if error.errno == ENOBUFS {
          continuation.yield(.init(namespaceID: nil, event: .overrun))
          continue
        }
        return
      }
    }
  }

  private func event(_ reply: NetlinkReply, _ namespaceID: Int32?) -> KernelEvent? {
    let type = Int(reply.header.nlmsg_type)
    switch type {
    case RTM_NEWLINK, RTM_DELLINK:
      if let link = ObservedLink(reply) { return .link(link, isGone: type == RTM_DELLINK) }
      return ObservedPort(reply).map { .port($0.name, $0.port) }
    case RTM_NEWADDR, RTM_DELADDR:
      return ObservedAddress(reply).map { .address($0, isGone: type == RTM_DELADDR) }
    case RTM_NEWROUTE, RTM_DELROUTE:
      return ObservedRoute(reply).map { .route($0, isGone: type == RTM_DELROUTE) }
    case RTM_NEWNETCONF: return Self.forwarding(reply)
    case _ where type >> 8 == Int(NFNL_SUBSYS_NFTABLES):
      return firewall.withLock { readers in
        guard let change = readers[namespaceID, default: FirewallTransactionReader()].add(reply) else { return nil }
        readers[namespaceID] = nil
        return .firewall(change)
      }
    default: return nil
    }
  }

  /// Only `conf/all` counts; the setting of a single link is not watched.
  private static func forwarding(_ reply: NetlinkReply) -> KernelEvent? {
    let attributes = reply.attributes(after: netconfmsg.self)
    guard attributes.value(NETCONFA_IFINDEX, as: Int32.self) == NETCONFA_IFINDEX_ALL,
      let value = attributes.value(NETCONFA_FORWARDING, as: Int32.self)
    else { return nil }
    switch reply.fixed(netconfmsg()).ncm_family {
    case UInt8(AF_INET): return .forwarding(.ipv4, isOn: value != 0)
    case UInt8(AF_INET6): return .forwarding(.ipv6, isOn: value != 0)
    default: return nil
    }
  }
}

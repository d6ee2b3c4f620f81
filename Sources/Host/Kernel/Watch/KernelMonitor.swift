import CLinux
import Addressing
import CNetlink
import Glibc
import Synchronization

/// Tells of changes in links, addresses, routes, forwarding and the firewall, as the kernel reports them to everyone who
/// listens (rtnetlink(7) multicast groups and nftables').
///
/// It costs two sockets and no thread of its own. Ours and others' changes look alike here but for the firewall's.
public final class KernelMonitor: Sendable {
  /// Which namespaces' changes are told.
  public enum Scope: Sendable {
    /// The namespace it was opened in.
    case own
    /// All others that have a number in that one; not that one itself.
    case others
  }

  public struct Notice: Hashable, Sendable {
    /// The number of the namespace in the one that the monitor was opened in; `nil`: that one itself.
    public let origin: Int32?
    public let event: KernelEvent
  }

  /// The changes since the monitor was made, for one reader. Ends when the monitor is let go of.
  public let notices: AsyncStream<Notice>

  private let continuation: AsyncStream<Notice>.Continuation
  private let sockets: [NetlinkSocket]
  private let tokens = Mutex<[ReadinessThread.Token]>([])

  private static let routingGroups = [
    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
    RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF,
  ].reduce(UInt32(0)) { $0 | 1 << ($1.rawValue - 1) }

  /// - Parameter namespace: `nil` for the process's own. Needs CAP_SYS_ADMIN to enter another, and CAP_NET_BROADCAST to
  ///   hear of others.
  public init(_ namespace: NetworkNamespace? = nil, scope: Scope = .own) async throws {
    let listensEverywhere = scope == .others
    sockets = try await onDedicatedThread("monitor-open") {
      try namespace?.enter()
      return [
        try NetlinkSocket(groups: Self.routingGroups, listensEverywhere: listensEverywhere),
        try NetlinkSocket(
          family: NETLINK_NETFILTER, groups: 1 << (NFNLGRP_NFTABLES.rawValue - 1),
          listensEverywhere: listensEverywhere),
      ]
    }
    (notices, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65536))
    for socket in sockets {
      try socket.descriptor.setNonblocking()
      let intake = Intake(continuation: continuation, hearsOthers: listensEverywhere)
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

/// Reads one socket's messages, on the readiness thread.
private final class Intake: Sendable {
  private let continuation: AsyncStream<KernelMonitor.Notice>.Continuation
  private let hearsOthers: Bool
  private let firewall = Mutex<[Int32?: FirewallNotices]>([:])

  init(continuation: AsyncStream<KernelMonitor.Notice>.Continuation, hearsOthers: Bool) {
    self.continuation = continuation
    self.hearsOthers = hearsOthers
  }

  func drain(_ socket: NetlinkSocket) {
    // Bounded, so that a storm here does not starve the other descriptors.
    for _ in 0..<64 {
      do throws(SystemCallError) {
        try socket.receiveWithOrigin { reply, origin in
          guard (origin != nil) == hearsOthers, let event = event(reply, origin) else { return }
          if case .dropped = continuation.yield(.init(origin: origin, event: event)) {
            continuation.yield(.init(origin: nil, event: .overrun))
          }
        }
      } catch {
        if error.errno == ENOBUFS {
          continuation.yield(.init(origin: nil, event: .overrun))
          continue
        }
        return
      }
    }
  }

  private func event(_ reply: NetlinkReply, _ origin: Int32?) -> KernelEvent? {
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
      return firewall.withLock { notices in
        guard let change = notices[origin, default: FirewallNotices()].take(reply) else { return nil }
        notices[origin] = nil
        return .firewall(change)
      }
    default: return nil
    }
  }

  /// Only of the namespace as a whole (`conf/all`): one link's own setting is not watched.
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

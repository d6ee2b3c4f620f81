import CLinux
import Addressing
import CNetlink
import Glibc
import NetworkPlan
import Synchronization

/// The host's links, addresses and routes. They are read once and then kept current by notifications.
///
/// The kernel queues a notification before it acknowledges a change, so a read after a change includes that change.
/// When notifications are ambiguous or lost, the next read lists everything again.
final class HostNetworkCache: Sendable {
  private let state = Mutex<Subscription?>(nil)

  /// The snapshot, and the socket whose notifications keep it current.
  private struct Subscription {
    let socket: NetlinkSocket
    var token: ReadinessThread.Token?
    var snapshot: HostNetworkSnapshot
    /// Notifications were lost or ambiguous.
    var isStale = false
  }

  private static let groups = [
    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
  ].reduce(UInt32(0)) { $0 | 1 << ($1.rawValue - 1) }

  deinit {
    state.withLock { subscription in
      if let token = subscription?.token { ReadinessThread.shared.cancel(token) }
    }
  }

  /// - Parameter netlink: a socket in the host's namespace. The calling thread must be in that namespace.
  func network(_ netlink: NetlinkSocket) throws -> HostNetwork {
    try state.withLock { subscription throws in
      if subscription == nil { subscription = try subscribe(netlink) }
      Self.readNotifications(&subscription, messages: .max)
      if subscription?.isStale == true {
        subscription?.snapshot = try HostNetworkSnapshot(netlink)
        subscription?.isStale = false
      }
      return subscription?.snapshot.network ?? HostNetwork()
    }
  }

  private func subscribe(_ netlink: NetlinkSocket) throws -> Subscription {
    // Subscribes before listing: changes during the listing arrive as notifications, and applying them twice is
    // harmless.
    let socket = try NetlinkSocket(groups: Self.groups)
    try socket.descriptor.setNonblocking()
    var subscription = Subscription(socket: socket, snapshot: try HostNetworkSnapshot(netlink))
    // Also reads between requests, so that the socket's buffer does not fill up. Bounded, because other handlers share
    // the thread.
    subscription.token = try ReadinessThread.shared.watch(socket.descriptor.number, for: .readable) { [weak self] in
      self?.state.withLock { Self.readNotifications(&$0, messages: 64) }
      return .again
    }
    return subscription
  }

  /// Applies the queued notifications.
  private static func readNotifications(_ subscription: inout Subscription?, messages: Int) {
    guard let socket = subscription?.socket else { return }
    for _ in 0..<messages {
      do throws(SystemCallError) {
        try socket.receive { reply in
          guard subscription?.snapshot.apply(reply) == false else { return }
          subscription?.isStale = true
        }
      } catch {
        if error.errno == EAGAIN { return }
        subscription?.isStale = true
        guard error.errno == ENOBUFS || error.errno == EINTR else { return }
      }
    }
  }
}

/// The host's network with the kernel's indices. Leaves out link-scoped prefixes, which cannot conflict with a subnet.
struct HostNetworkSnapshot {
  private(set) var network = HostNetwork()
  private var links: [UInt32: ObservedLink] = [:]
  private var addresses: [UInt32: Set<InterfaceAddress>] = [:]
  private var routes: [UInt32?: Set<RouteKey>] = [:]

  private struct RouteKey: Hashable {
    let destination: IPPrefix
    let metric: UInt32
  }

  /// Lists everything.
  init(_ netlink: NetlinkSocket) throws(SystemCallError) {
    for link in try netlink.links() { put(link) }
    for address in try netlink.addresses() { put(address) }
    for route in try netlink.routes() { put(route) }
  }

  /// Applies a notification.
  ///
  /// - Returns: `false` when the notification does not determine the new state.
  mutating func apply(_ reply: NetlinkReply) -> Bool {
    switch Int(reply.header.nlmsg_type) {
    case RTM_NEWLINK:
      guard let link = ObservedLink(reply) else { return true }
      put(link)
      // The kernel drops the routes of a link that goes down, without notifications.
      if !link.isUp { forgetRoutes(of: link.index) }
    case RTM_DELLINK:
      guard let link = ObservedLink(reply) else { return true }
      forget(link.index)
    case RTM_NEWADDR:
      guard let address = ObservedAddress(reply) else { return true }
      put(address)
    case RTM_DELADDR:
      guard let address = ObservedAddress(reply) else { return true }
      remove(address)
      // The kernel drops the routes that use the address as their source, on any link. The engine's links have none.
      return links[address.linkIndex]?.isOurs ?? true
    case RTM_NEWROUTE:
      guard let route = ObservedRoute(reply) else { return true }
      put(route)
      return reply.header.nlmsg_flags & UInt16(NLM_F_REPLACE) == 0
    case RTM_DELROUTE:
      guard let route = ObservedRoute(reply) else { return true }
      remove(route)
      // Other routes to the same destination may remain.
      return route.isFromKernel
    default: break
    }
    return true
  }

  private mutating func put(_ link: ObservedLink) {
    if let old = links.updateValue(link, forKey: link.index), old.name != link.name { network.links[old.name] = nil }
    network.links[link.name] = HostNetwork.Link(
      kind: link.kind, alias: link.alias, addresses: addresses[link.index] ?? [])
  }

  private mutating func forget(_ index: UInt32) {
    forgetRoutes(of: index)
    for address in addresses.removeValue(forKey: index) ?? [] { release(HostNetwork.claim(ofAddress: address.network)) }
    guard let link = links.removeValue(forKey: index) else { return }
    network.links[link.name] = nil
  }

  private mutating func put(_ observed: ObservedAddress) {
    guard !Self.isLinkScoped(observed.address.network) else { return }
    guard addresses[observed.linkIndex, default: []].insert(observed.address).inserted else { return }
    claim(HostNetwork.claim(ofAddress: observed.address.network))
    updateAddresses(of: observed.linkIndex)
  }

  private mutating func remove(_ observed: ObservedAddress) {
    guard addresses[observed.linkIndex]?.remove(observed.address) != nil else { return }
    release(HostNetwork.claim(ofAddress: observed.address.network))
    updateAddresses(of: observed.linkIndex)
  }

  private mutating func updateAddresses(of index: UInt32) {
    guard let link = links[index] else { return }
    put(link)
  }

  private mutating func put(_ route: ObservedRoute) {
    let key = RouteKey(destination: route.destination, metric: route.metric)
    guard routes[route.linkIndex, default: []].insert(key).inserted else { return }
    claim(HostNetwork.claim(ofRoute: route.destination))
  }

  private mutating func remove(_ route: ObservedRoute) {
    let key = RouteKey(destination: route.destination, metric: route.metric)
    guard routes[route.linkIndex]?.remove(key) != nil else { return }
    release(HostNetwork.claim(ofRoute: route.destination))
  }

  private mutating func forgetRoutes(of index: UInt32) {
    for key in routes.removeValue(forKey: index) ?? [] { release(HostNetwork.claim(ofRoute: key.destination)) }
  }

  private mutating func claim(_ claim: AddressSpace.Claim) {
    if !Self.isLinkScoped(claim.prefix) { network.space.add(claim) }
  }

  private mutating func release(_ claim: AddressSpace.Claim) {
    if !Self.isLinkScoped(claim.prefix) { network.space.remove(claim) }
  }

  /// Multicast, and fe80::/10, which the kernel reports only after duplicate address detection.
  private static func isLinkScoped(_ prefix: IPPrefix) -> Bool {
    prefix.base.isMulticast || prefix.base.v6?.isLinkLocal == true
  }
}

import CLinux
import Addressing
import CNetlink
import Glibc
import NetworkPlan
import Synchronization

/// The host's links, addresses and routes as they are now, without reading them all each time: they are read once, and
/// from then on the kernel's notifications are followed.
///
/// The kernel has queued a notification by the time that a change is done, so what is asked after a change knows of it.
/// Where notifications do not tell the whole story, everything is read again at the next question.
final class HostNetworkCache: Sendable {
  private let inside = Mutex<Following?>(nil)

  /// What is known, and the socket that tells of what is new.
  private struct Following {
    let socket: NetlinkSocket
    var token: ReadinessThread.Token?
    var known: HostNetworkSnapshot
    /// Something was missed.
    var isStale = false
  }

  private static let groups = [
    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
  ].reduce(UInt32(0)) { $0 | 1 << ($1.rawValue - 1) }

  deinit {
    inside.withLock { following in
      if let token = following?.token { ReadinessThread.shared.cancel(token) }
    }
  }

  /// - Parameter netlink: of the host's namespace, which the calling thread must be in.
  func network(_ netlink: NetlinkSocket) throws -> HostNetwork {
    try inside.withLock { following throws in
      if following == nil { following = try begin(netlink) }
      Self.follow(&following, messages: .max)
      if following?.isStale == true {
        following?.known = try HostNetworkSnapshot(netlink)
        following?.isStale = false
      }
      return following?.known.network ?? HostNetwork()
    }
  }

  private func begin(_ netlink: NetlinkSocket) throws -> Following {
    // Listening first: what changes while the lists are read is told afterwards, and telling twice does no harm.
    let socket = try NetlinkSocket(groups: Self.groups)
    try socket.descriptor.setNonblocking()
    var following = Following(socket: socket, known: try HostNetworkSnapshot(netlink))
    // Read as it comes, so that nothing piles up while nobody asks; a little at a time, for others wait on that thread.
    following.token = try ReadinessThread.shared.watch(socket.descriptor.number, for: .readable) { [weak self] in
      self?.inside.withLock { Self.follow(&$0, messages: 64) }
      return .again
    }
    return following
  }

  /// Reads what the kernel has told since.
  private static func follow(_ following: inout Following?, messages: Int) {
    guard let socket = following?.socket else { return }
    for _ in 0..<messages {
      do throws(SystemCallError) {
        try socket.receive { reply in
          guard following?.known.learn(reply) == false else { return }
          following?.isStale = true
        }
      } catch {
        if error.errno == EAGAIN { return }
        following?.isStale = true
        guard error.errno == ENOBUFS || error.errno == EINTR else { return }
      }
    }
  }
}

/// The host's network with the numbers under which the kernel tells of its parts. Addresses that mean something only on
/// their own link are left out: they take nothing from anybody.
struct HostNetworkSnapshot {
  private(set) var network = HostNetwork()
  private var links: [UInt32: ObservedLink] = [:]
  private var addresses: [UInt32: Set<InterfaceAddress>] = [:]
  private var routes: [UInt32?: Set<RouteKey>] = [:]

  private struct RouteKey: Hashable {
    let destination: IPPrefix
    let metric: UInt32
  }

  /// Reads everything.
  init(_ netlink: NetlinkSocket) throws(SystemCallError) {
    for link in try netlink.links() { put(link) }
    for address in try netlink.addresses() { put(address) }
    for route in try netlink.routes() { put(route) }
  }

  /// Takes in a notification.
  ///
  /// - Returns: false when it does not tell enough to know what is there now.
  mutating func learn(_ reply: NetlinkReply) -> Bool {
    switch Int(reply.header.nlmsg_type) {
    case RTM_NEWLINK:
      guard let link = ObservedLink(reply) else { return true }
      put(link)
      // Its routes go with it without a word.
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
      // The routes that have it as their source go with it, on whatever link; ours have none.
      return links[address.linkIndex]?.isOurs ?? true
    case RTM_NEWROUTE:
      guard let route = ObservedRoute(reply) else { return true }
      put(route)
      return reply.header.nlmsg_flags & UInt16(NLM_F_REPLACE) == 0
    case RTM_DELROUTE:
      guard let route = ObservedRoute(reply) else { return true }
      remove(route)
      // There may be others to the same destination.
      return route.isKernels
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
    for address in addresses.removeValue(forKey: index) ?? [] { release(address.network) }
    guard let link = links.removeValue(forKey: index) else { return }
    network.links[link.name] = nil
  }

  private mutating func put(_ observed: ObservedAddress) {
    guard !Self.isOfOneLink(observed.address.network) else { return }
    guard addresses[observed.linkIndex, default: []].insert(observed.address).inserted else { return }
    claim(observed.address.network)
    showAddresses(of: observed.linkIndex)
  }

  private mutating func remove(_ observed: ObservedAddress) {
    guard addresses[observed.linkIndex]?.remove(observed.address) != nil else { return }
    release(observed.address.network)
    showAddresses(of: observed.linkIndex)
  }

  private mutating func showAddresses(of index: UInt32) {
    guard let link = links[index] else { return }
    put(link)
  }

  private mutating func put(_ route: ObservedRoute) {
    let key = RouteKey(destination: route.destination, metric: route.metric)
    guard routes[route.linkIndex, default: []].insert(key).inserted else { return }
    claim(route.destination)
  }

  private mutating func remove(_ route: ObservedRoute) {
    let key = RouteKey(destination: route.destination, metric: route.metric)
    guard routes[route.linkIndex]?.remove(key) != nil else { return }
    release(route.destination)
  }

  private mutating func forgetRoutes(of index: UInt32) {
    for key in routes.removeValue(forKey: index) ?? [] { release(key.destination) }
  }

  private mutating func claim(_ prefix: IPPrefix) {
    if !Self.isOfOneLink(prefix) { network.space.add(HostNetwork.claim(prefix)) }
  }

  private mutating func release(_ prefix: IPPrefix) {
    if !Self.isOfOneLink(prefix) { network.space.remove(HostNetwork.claim(prefix)) }
  }

  /// Multicast, and fe80::/10, which the kernel tells of late: only once nobody else turned out to have the address.
  private static func isOfOneLink(_ prefix: IPPrefix) -> Bool {
    prefix.base.isMulticast || prefix.base.v6?.isLinkLocal == true
  }
}

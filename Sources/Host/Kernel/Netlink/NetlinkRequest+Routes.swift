import CLinux
import Addressing
import CNetlink
import Glibc

extension NetlinkRequest {
  enum RouteAction: Sendable {
    case add
    /// Replaces a route with the same destination and metric.
    case replace
    case delete
  }

  /// A unicast route of the main table.
  ///
  /// - Parameters:
  ///   - gateway: `nil`: the destination is on the link itself.
  ///   - isOnLink: treats the gateway as reachable on the link even if no address covers it (`RTNH_F_ONLINK`).
  static func route(
    _ action: RouteAction, _ destination: IPPrefix, gateway: IPAddress?, link: UInt32,
    metric: UInt32 = 0,
    isOnLink: Bool = false, subject: String
  ) -> NetlinkRequest {
    var header = rtmsg()
    header.rtm_family = UInt8(destination.family == .ipv4 ? AF_INET : AF_INET6)
    header.rtm_dst_len = UInt8(destination.length)
    header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
    header.rtm_flags = isOnLink ? UInt32(RTNH_F_ONLINK) : 0
    header.rtm_scope = UInt8(
      gateway == nil && destination.family == .ipv4
        ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)
    let type: Int
    var flags: Int32 = 0
    switch action {
    case .add: (type, flags) = (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL)
    case .replace: (type, flags) = (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE)
    case .delete: type = RTM_DELROUTE
    }
    if action == .delete {
      header.rtm_scope = UInt8(RT_SCOPE_NOWHERE.rawValue)
    } else {
      header.rtm_protocol = RouteOrigin.engine
      header.rtm_type = UInt8(RTN_UNICAST)
    }
    var request = NetlinkRequest(type, flags: flags, subject: subject, header: header)
    if destination.length > 0 {
      request.attribute(Int(RTA_DST.rawValue), bytes: destination.base.octets)
    }
    if let gateway { request.attribute(Int(RTA_GATEWAY.rawValue), bytes: gateway.octets) }
    request.attribute(Int(RTA_OIF.rawValue), link)
    if metric != 0 { request.attribute(Int(RTA_PRIORITY.rawValue), metric) }
    return request
  }

  /// The route that the kernel uses for an address (`ip route get fibmatch`).
  static func matchingRoute(to address: IPAddress) -> NetlinkRequest {
    var header = rtmsg()
    header.rtm_family = UInt8(address.family == .ipv4 ? AF_INET : AF_INET6)
    header.rtm_dst_len = UInt8(address.family.bits)
    header.rtm_flags = UInt32(RTM_F_FIB_MATCH)
    var request = NetlinkRequest(RTM_GETROUTE, subject: "route to \(address)", header: header)
    request.attribute(Int(RTA_DST.rawValue), bytes: address.octets)
    return request
  }

  /// The routes of one family. With strict checking the kernel sends only the main table.
  static func listRoutes(_ family: AddressFamily) -> NetlinkRequest {
    var header = rtmsg()
    header.rtm_family = UInt8(family == .ipv4 ? AF_INET : AF_INET6)
    header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
    return NetlinkRequest(RTM_GETROUTE, subject: "routes", header: header)
  }
}

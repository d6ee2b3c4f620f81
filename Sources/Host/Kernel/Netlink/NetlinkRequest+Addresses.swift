import CLinux
import Addressing
import CNetlink
import Glibc

/// The protocol number (`IFA_PROTO`, `rtm_protocol`) that marks the engine's addresses and routes. The kernel does not
/// interpret it; 200 to 255 are free for any use.
enum RouteOrigin {
  static let engine: UInt8 = 0xCA
}

extension NetlinkRequest {
  /// Adds an address to a link.
  ///
  /// - Parameters:
  ///   - addsPrefixRoute: whether the kernel adds the connected route.
  ///   - detectsDuplicates: whether the kernel runs duplicate address detection for an IPv6 address (RFC 4862, 5.4).
  ///     The address is unusable for about a second meanwhile, and the engine's leases already are unique.
  static func addAddress(
    _ address: InterfaceAddress, link: UInt32, subject: String, addsPrefixRoute: Bool = true,
    detectsDuplicates: Bool = false
  ) -> NetlinkRequest {
    var flags: UInt32 = 0
    if !addsPrefixRoute { flags |= UInt32(IFA_F_NOPREFIXROUTE) }
    if !detectsDuplicates, address.family == .ipv6 { flags |= UInt32(IFA_F_NODAD) }
    var request = NetlinkRequest(
      RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, subject: subject, header: header(address, link)
    )
    request.attribute(IFA_LOCAL, bytes: address.address.octets)
    request.attribute(IFA_ADDRESS, bytes: address.address.octets)
    if case .v4(let own) = address.address, address.prefixLength < 31 {
      let network = address.network
      if case .v4(let broadcast) = network.last, own != broadcast {
        request.attribute(IFA_BROADCAST, bytes: broadcast.octets)
      }
    }
    request.attribute(IFA_FLAGS, flags)
    request.attribute(IFA_PROTO, RouteOrigin.engine)
    return request
  }

  static func deleteAddress(_ address: InterfaceAddress, link: UInt32, subject: String)
    -> NetlinkRequest
  {
    var request = NetlinkRequest(RTM_DELADDR, subject: subject, header: header(address, link))
    request.attribute(IFA_LOCAL, bytes: address.address.octets)
    request.attribute(IFA_ADDRESS, bytes: address.address.octets)
    return request
  }

  static var listAddresses: NetlinkRequest {
    NetlinkRequest(RTM_GETADDR, subject: "addresses", header: ifaddrmsg())
  }

  /// The addresses of one link. With strict checking the kernel skips all other links.
  static func listAddresses(of link: UInt32) -> NetlinkRequest {
    var header = ifaddrmsg()
    header.ifa_index = link
    return NetlinkRequest(RTM_GETADDR, subject: "addresses of link \(link)", header: header)
  }

  private static func header(_ address: InterfaceAddress, _ link: UInt32) -> ifaddrmsg {
    var header = ifaddrmsg()
    header.ifa_family = UInt8(address.family == .ipv4 ? AF_INET : AF_INET6)
    header.ifa_prefixlen = UInt8(address.prefixLength)
    header.ifa_index = link
    header.ifa_scope = UInt8(
      address.address.isLinkLocal && address.family == .ipv6
        ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)
    return header
  }
}

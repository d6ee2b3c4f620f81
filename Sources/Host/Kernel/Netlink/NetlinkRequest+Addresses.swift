import CLinux
import Addressing
import CNetlink
import Glibc

/// How the engine's addresses and routes are told from others': the number in their `IFA_PROTO` and `rtm_protocol`,
/// which says who made them and means nothing to the kernel. 200 to 255 are free for anyone's use.
enum Origin {
  static let engine: UInt8 = 0xCA
}

extension NetlinkRequest {
  /// Puts an address on a link.
  ///
  /// - Parameters:
  ///   - addsPrefixRoute: whether the kernel shall add the route to the address's network.
  ///   - detectsDuplicates: whether an IPv6 address is first asked for on the segment (RFC 4862, 5.4), during a second
  ///     or so in which it cannot be used. The engine hands out its addresses itself and needs no asking.
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
    request.attribute(IFA_PROTO, Origin.engine)
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

  /// The addresses of one link; with strict checking the kernel looks at no other.
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

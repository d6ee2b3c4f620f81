import Addressing
import Glibc

extension NetlinkSocket {
  func links() throws(SystemCallError) -> [ObservedLink] {
    try dump(.listLinks) { ObservedLink($0) }
  }

  func addresses() throws(SystemCallError) -> [ObservedAddress] {
    try dump(.listAddresses) { ObservedAddress($0) }
  }

  func addresses(of link: UInt32) throws(SystemCallError) -> [ObservedAddress] {
    try dump(.listAddresses(of: link)) { ObservedAddress($0) }.filter { $0.linkIndex == link }
  }

  /// Whether packets to an address's network go out by its link: the route that the kernel makes along with an address.
  func hasPrefixRoute(_ address: InterfaceAddress, link: UInt32) throws(SystemCallError) -> Bool {
    let network = address.network
    let others = (1...2).compactMap { network.address(at: $0) }
    guard network.hostBits > 1, let other = others.first(where: { $0 != address.address }) else { return true }
    do throws(SystemCallError) {
      let match = try get(.matchingRoute(to: other)) { ObservedRoute($0) }
      // Somebody's route to a part of the network may well lead elsewhere.
      guard let match else { return true }
      return match.destination.length > network.length
        || match.destination.length == network.length && match.linkIndex == link
    } catch {
      guard error.errno == ENETUNREACH || error.errno == EHOSTUNREACH else { throw error }
      return false
    }
  }

  /// The unicast and other routes of the main table, both families.
  func routes() throws(SystemCallError) -> [ObservedRoute] {
    try dump(.listRoutes(.ipv4)) { ObservedRoute($0) }
      + dump(.listRoutes(.ipv6)) { ObservedRoute($0) }
  }

  /// - Throws: errno `ENODEV` when there is no such link.
  func link(_ name: InterfaceName) throws(SystemCallError) -> ObservedLink {
    let link = try get(.getLink(name)) { ObservedLink($0) }
    guard let link else {
      throw SystemCallError(errno: ENODEV, call: "RTM_GETLINK", subject: "\(name)")
    }
    return link
  }
}

extension NetlinkSocket {
  /// Whether the kernel makes links of a kind that stands on another link. It is asked for one without saying on which:
  /// it refuses that in any case, and with `EOPNOTSUPP` only where it does not know the kind.
  func knows(kind: String) throws(SystemCallError) -> Bool {
    guard let name = InterfaceName("cw-probe") else { return false }
    let outcome = try perform([.createLink(name, kind: kind)]).first ?? nil
    if outcome == nil { try perform(.deleteLink(name)) }
    return outcome?.errno != EOPNOTSUPP
  }
}

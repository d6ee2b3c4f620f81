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

  /// Whether the connected route of an address exists.
  func hasPrefixRoute(_ address: InterfaceAddress, link: UInt32) throws(SystemCallError) -> Bool {
    let network = address.network
    let others = (1...2).compactMap { network.address(at: $0) }
    guard network.hostBits > 1, let other = others.first(where: { $0 != address.address }) else { return true }
    do throws(SystemCallError) {
      let match = try get(.matchingRoute(to: other)) { ObservedRoute($0) }
      // A more specific route may lead to another link.
      guard let match else { return true }
      return match.destination.length > network.length
        || match.destination.length == network.length && match.linkIndex == link
    } catch {
      guard error.errno == ENETUNREACH || error.errno == EHOSTUNREACH else { throw error }
      return false
    }
  }

  /// All routes of the main table, of both families.
  func routes() throws(SystemCallError) -> [ObservedRoute] {
    try routes(.ipv4) + routes(.ipv6)
  }

  /// The kernel makes the main table with its first route; until then it answers `ENOENT`.
  private func routes(_ family: AddressFamily) throws(SystemCallError) -> [ObservedRoute] {
    do {
      return try dump(.listRoutes(family)) { ObservedRoute($0) }
    } catch  where error.errno == ENOENT {
      return []
    }
  }

  /// - Throws: errno `ENODEV` when the link does not exist.
  func link(_ name: InterfaceName) throws(SystemCallError) -> ObservedLink {
    let link = try get(.getLink(name)) { ObservedLink($0) }
    guard let link else {
      throw SystemCallError(errno: ENODEV, call: "RTM_GETLINK", subject: "\(name)")
    }
    return link
  }
}

extension NetlinkSocket {
  /// Whether the kernel supports a link kind. The probe omits the parent: the kernel then always refuses the link, and
  /// with `EOPNOTSUPP` only if the kind is unknown.
  func knows(kind: String) throws(SystemCallError) -> Bool {
    guard let name = InterfaceName("cw-probe") else { return false }
    let outcome = try perform([.createLink(name, kind: kind)]).first ?? nil
    if outcome == nil { try perform(.deleteLink(name)) }
    return outcome?.errno != EOPNOTSUPP
  }
}

package import Addressing

/// Where a VXLAN link sends the frames for a MAC address (bridge(8), `fdb`). The entry is permanent, and the link does not
/// learn from the frames that it receives.
package struct FDBEntry: Hashable, Sendable, Comparable {
  /// The VXLAN link.
  package let link: LinkKey
  /// ``everybody`` for broadcast, multicast and unknown addresses: each such entry gets a copy of the frame.
  package let mac: MACAddress
  /// The underlay address of the node.
  package let remote: IPAddress

  package init(_ link: LinkKey, _ mac: MACAddress, remote: IPAddress) {
    self.link = link
    self.mac = mac
    self.remote = remote
  }

  package static let everybody = MACAddress(rawValue: 0)

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.link, lhs.mac, lhs.remote) < (rhs.link, rhs.mac, rhs.remote)
  }
}

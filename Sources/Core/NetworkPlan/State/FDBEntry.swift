public import Addressing

/// Where a VXLAN link sends the frames for a MAC address (bridge(8), `fdb`). The entry is permanent, and the link does not
/// learn from the frames that it receives.
public struct FDBEntry: Hashable, Sendable, Comparable {
  /// The VXLAN link.
  public let link: LinkKey
  /// ``everybody`` for broadcast, multicast and unknown addresses: each such entry gets a copy of the frame.
  public let mac: MACAddress
  /// The underlay address of the node.
  public let remote: IPAddress

  public init(_ link: LinkKey, _ mac: MACAddress, remote: IPAddress) {
    self.link = link
    self.mac = mac
    self.remote = remote
  }

  public static let everybody = MACAddress(rawValue: 0)

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.link, lhs.mac, lhs.remote) < (rhs.link, rhs.mac, rhs.remote)
  }
}

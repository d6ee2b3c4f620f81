public import Addressing

/// Where a VXLAN link sends the frames for a hardware address (bridge(8), `fdb`). Such an entry is there until it is taken
/// away: nothing is learned from what comes in.
public struct FDBEntry: Hashable, Sendable, Codable, Comparable {
  /// The VXLAN link.
  public let link: LinkKey
  /// ``everybody`` for frames to all, and to addresses that no other entry names: each such entry gets a copy.
  public let mac: MACAddress
  /// The host behind which it is, by its address on the network beneath.
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

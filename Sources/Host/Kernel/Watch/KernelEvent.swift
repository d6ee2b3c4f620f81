public import Addressing
public import NetworkPlan
public import Nftables

/// A change in a namespace's network, whoever made it.
public enum KernelEvent: Hashable, Sendable {
  /// A link is new, changed or, when `isGone`, deleted or moved elsewhere.
  case link(ObservedLink, isGone: Bool)
  /// What a bridge does with one of its ports was changed.
  case port(InterfaceName, Link.BridgePort)
  case address(ObservedAddress, isGone: Bool)
  /// A route of the main table.
  case route(ObservedRoute, isGone: Bool)
  /// The namespace as a whole became a router of this family, or ceased to be one.
  case forwarding(AddressFamily, isOn: Bool)
  /// A transaction changed nftables.
  case firewall(FirewallChange)
  /// More changes came than could be kept: what is known must be read anew.
  case overrun
}

/// One transaction of nftables, as far as it concerns our tables.
public struct FirewallChange: Hashable, Sendable {
  /// A part of a table of ours.
  public enum Part: Hashable, Sendable {
    /// The table, its chains, rules or sets themselves.
    case frame(TableReference)
    /// Elements of a set.
    case elements(SetReference)
  }

  /// The name of the thread that made it, as `ps -L` shows it.
  public let author: String
  /// Whether it was one of this process.
  public let isOurs: Bool
  /// What of our tables it touched; nothing, when it was about others'.
  public let parts: Set<Part>
}

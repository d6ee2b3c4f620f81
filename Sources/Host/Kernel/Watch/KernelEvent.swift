package import Addressing
package import NetworkPlan
package import Nftables

/// A change in a namespace's network, by any author.
package enum KernelEvent: Hashable, Sendable {
  /// A link was created or changed; with `isGone`, it was deleted or moved to another namespace.
  case link(ObservedLink, isGone: Bool)
  /// The flags of a bridge port changed.
  case port(InterfaceName, Link.BridgePort)
  case address(ObservedAddress, isGone: Bool)
  /// A route of the main table.
  case route(ObservedRoute, isGone: Bool)
  /// IP forwarding of the whole namespace was switched on or off for a family.
  case forwarding(AddressFamily, isOn: Bool)
  /// An nftables transaction.
  case firewall(FirewallChange)
  /// Notifications were lost. Read the state again.
  case overrun
}

/// The part of an nftables transaction that concerns the engine's tables.
package struct FirewallChange: Hashable, Sendable {
  /// A part of one of the engine's tables.
  package enum Part: Hashable, Sendable {
    /// The table, its chains, rules or sets.
    case frame(TableReference)
    /// The elements of a set.
    case elements(SetReference)
  }

  /// The name of the thread that made the change, as `ps -L` shows it.
  package let author: String
  /// Whether this process made the change.
  package let isOurs: Bool
  /// What changed in the engine's tables; empty when only foreign tables changed.
  package let parts: Set<Part>
}

/// A change in a namespace's network, whoever made it.
public enum KernelEvent: Hashable, Sendable {
  /// A link is new, changed or, when `isGone`, deleted or moved elsewhere.
  case link(ObservedLink, isGone: Bool)
  case address(ObservedAddress, isGone: Bool)
  /// A route of the main table.
  case route(ObservedRoute, isGone: Bool)
  /// A transaction changed nftables. `by` is the name of the thread that made it, as `ps -L` shows it; `isOurs`
  /// whether it is one of this process.
  case firewall(by: String, isOurs: Bool)
  /// More changes came than could be kept: what is known must be read anew.
  case overrun
}

/// A part of the kernel's network state, as observed.
public struct PartialObservation: Sendable {
  public var state: KernelState
  /// Addresses without the route to their subnet, which the kernel creates together with the address.
  public var unrouted: Set<AssignedAddress>

  public init(state: KernelState, unrouted: Set<AssignedAddress> = []) {
    self.state = state
    self.unrouted = unrouted
  }
}

/// A part of the kernel's network, as it was read.
public struct PartialObservation: Sendable {
  public var state: KernelState
  /// Addresses that are there while the route to their network, which the kernel makes along with an address, is not.
  public var unrouted: Set<AssignedAddress>

  public init(state: KernelState, unrouted: Set<AssignedAddress> = []) {
    self.state = state
    self.unrouted = unrouted
  }
}

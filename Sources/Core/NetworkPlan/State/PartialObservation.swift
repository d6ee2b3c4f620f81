/// A part of the kernel's network state, as observed.
package struct PartialObservation: Sendable {
  package var state: KernelState
  /// Addresses without the route to their subnet, which the kernel creates together with the address.
  package var unrouted: Set<AssignedAddress>

  package init(state: KernelState, unrouted: Set<AssignedAddress> = []) {
    self.state = state
    self.unrouted = unrouted
  }
}

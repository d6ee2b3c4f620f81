package import NameService
package import NetworkPlan

/// A change to the data plane's table. Every change is idempotent, so a client repeats it when the reply was lost.
package enum DataPlaneChange: Hashable, Sendable {
  /// Listen in a sandbox, or change its record. A new namespace under the same path is detected.
  case openSandbox(SandboxRecord)
  /// Stop listening. Open sockets would keep the namespace alive.
  case closeSandbox(id: String)
  /// Set the names and addresses of an endpoint.
  case setEndpoint(NameRecord)
  case removeEndpoint(id: String)
  /// Reserve exactly these ports for the owner, a container.
  case reserve([PortReservation], owner: String)
  /// Release all ports of the owner.
  case release(owner: String)
  /// Set the owner's relays, for published ports that the kernel cannot translate. They use the sockets of the owner's
  /// reservations, so reserve the ports in the same request or earlier.
  case setRelays([PortRelay], owner: String)
}

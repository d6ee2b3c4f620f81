public import NameService
public import NetworkPlan

/// One change to what the data plane serves. Every change says how something shall be, so that making it twice is the
/// same as making it once: a client that lost its answer sends it again.
public enum DataPlaneChange: Hashable, Sendable {
  /// Listen in a sandbox; or change what is known of one. A namespace that was made anew under the same path is noticed.
  case openSandbox(SandboxRecord)
  /// Stop listening there. Without it the open sockets would keep the namespace alive.
  case closeSandbox(id: String)
  /// Names and addresses of an endpoint.
  case setEndpoint(EndpointRecord)
  case removeEndpoint(id: String)
  /// The owner, a container, shall hold exactly these ports.
  case reserve([PortReservation], owner: String)
  /// The owner shall hold no port.
  case release(owner: String)
  /// The owner's publications that the kernel cannot translate shall be exactly these. They use the sockets of the
  /// owner's reservations, so reserve their ports in the same delta or before.
  case setRelays([PortRelay], owner: String)
}

public import EngineModel

/// The driver `host`: containers use the host's own network namespace.
public struct HostDriver: NetworkDriverBehavior {
  public let driver = NetworkDriver.host

  public init() {}

  public func checkCreation(in context: NetworkCreationContext) throws(EngineError) {
    throw EngineError(.forbidden, "only one instance of \"\(driver)\" network is allowed")
  }

  public func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    KernelState()
  }

  public func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    throw EngineError(.notImplemented, "the network driver \(driver) creates no endpoints")
  }

  public var connectionRefusal: String? {
    "container cannot be disconnected from host network or connected to host network"
  }
}

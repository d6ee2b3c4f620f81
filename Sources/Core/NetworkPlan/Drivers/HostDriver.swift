package import EngineModel

/// The driver `host`: containers use the host's own network namespace.
package struct HostDriver: NetworkDriverBehavior {
  package let driver = NetworkDriver.host

  package init() {}

  package func checkCreation(in context: NetworkCreationContext) throws(EngineError) {
    throw EngineError(.forbidden, "only one instance of \"\(driver)\" network is allowed")
  }

  package func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    KernelState()
  }

  package func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    throw EngineError(.notImplemented, "the network driver \(driver) creates no endpoints")
  }

  package var connectionRefusal: String? {
    "container cannot be disconnected from host network or connected to host network"
  }
}

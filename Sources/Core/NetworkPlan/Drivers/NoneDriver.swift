package import EngineModel

/// The driver `null` of the network `none`: containers have a sandbox with a loopback link and nothing else.
package struct NoneDriver: NetworkDriverBehavior {
  package let driver = NetworkDriver.null

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
    "container cannot be connected to multiple networks with one of the networks in private (none) mode"
  }
}

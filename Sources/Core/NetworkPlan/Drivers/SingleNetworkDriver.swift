package import EngineModel

/// A driver with only one network, which the engine creates and which has no endpoints.
package protocol SingleNetworkDriver: NetworkDriverBehavior {}

extension SingleNetworkDriver {
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
}

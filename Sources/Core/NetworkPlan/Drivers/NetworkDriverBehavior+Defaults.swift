package import Addressing
package import EngineModel

/// The answers of a driver that creates links on one host and has no peculiarities.
extension NetworkDriverBehavior {
  package var isPlugin: Bool { false }
  package var spansHosts: Bool { false }
  package var isRoutedByHost: Bool { false }
  package var segment: NetworkSegment { .unknown }

  package func checkCreation(in context: NetworkCreationContext) throws(EngineError) {}
  package func checkOptions(of network: Network) throws(EngineError) {}
  package var optionKeys: Set<String>? { nil }
  package var linkKinds: Set<String> { [] }
  package var requiredLinkKinds: Set<String> { [] }
  package func hostLink(of network: Network) throws(EngineError) -> HostLinkUse? { nil }

  package var preferredPools: [SubnetPool] { [] }
  package func reservesGateway(_ family: AddressFamily, on network: Network) -> Bool { true }
  package var assignsPoolGateway: Bool { true }
  package var honorsAuxiliaryGateway: Bool { false }
  package func givesMACAddresses(on network: Network) -> Bool { true }
  package var customMACRefusal: String? { nil }

  package func createdParent(of network: Network) throws(EngineError) -> CreatedParent? { nil }
  package func stateToRestore(for network: Network) throws(EngineError) -> KernelState { KernelState() }
  package var hasMemberBridges: Bool { false }
  package func interfacePrefix(on network: Network) throws(EngineError) -> String { "eth" }
  package func endpointMTU(on network: Network, in context: NetworkContext) throws(EngineError) -> UInt32? { nil }

  package func bridge(of network: Network) -> InterfaceName? { nil }
  package func needsNoRouter(on network: Network) -> Bool { false }
  package func publicationOptions(of network: Network) -> BridgeOptions? { nil }
  package func leavesExternalConnectivity(of endpoint: Endpoint) -> Bool { false }
  package var connectionRefusal: String? { nil }
}

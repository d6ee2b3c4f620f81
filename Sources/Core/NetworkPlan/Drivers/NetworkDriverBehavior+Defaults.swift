public import Addressing
public import EngineModel

/// The answers of a driver that creates links on one host and has no peculiarities.
extension NetworkDriverBehavior {
  public var isPlugin: Bool { false }
  public var spansHosts: Bool { false }
  public var isRoutedByHost: Bool { false }
  public var segment: NetworkSegment { .unknown }

  public func checkCreation(in context: NetworkCreationContext) throws(EngineError) {}
  public func checkOptions(of network: Network) throws(EngineError) {}
  public var optionKeys: Set<String>? { nil }
  public var linkKinds: Set<String> { [] }
  public var requiredLinkKinds: Set<String> { [] }
  public func hostLink(of network: Network) throws(EngineError) -> HostLinkUse? { nil }

  public var preferredPools: [SubnetPool] { [] }
  public func reservesGateway(_ family: AddressFamily, on network: Network) -> Bool { true }
  public var assignsPoolGateway: Bool { true }
  public var honorsAuxiliaryGateway: Bool { false }
  public func givesMACAddresses(on network: Network) -> Bool { true }
  public var customMACRefusal: String? { nil }

  public func createdParent(of network: Network) throws(EngineError) -> CreatedParent? { nil }
  public func stateToRestore(for network: Network) throws(EngineError) -> KernelState { KernelState() }
  public var hasMemberBridges: Bool { false }
  public func interfacePrefix(on network: Network) throws(EngineError) -> String { "eth" }
  public func endpointMTU(on network: Network, in context: NetworkContext) throws(EngineError) -> UInt32? { nil }

  public func bridge(of network: Network) -> InterfaceName? { nil }
  public func needsNoRouter(on network: Network) -> Bool { false }
  public func publicationOptions(of network: Network) -> BridgeOptions? { nil }
  public func leavesExternalConnectivity(of endpoint: Endpoint) -> Bool { false }
  public var connectionRefusal: String? { nil }
}

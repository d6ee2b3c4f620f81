import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

/// Every registered driver answers every question of the protocol, and the answers fit together.
@Suite struct NetworkDriversTests {
  private static let names: [NetworkDriver] = [.bridge, .macvlan, .ipvlan, .overlay, .host, .null]

  private static func network(_ driver: NetworkDriver) throws -> Network {
    try Scenario.network(
      options: driver == .overlay ? [OverlayOptions.vniKey: "4097"] : [:], driver: driver)
  }

  private static func context() throws -> NetworkContext {
    NetworkContext(
      tunnel: OverlayDriver.Tunnel(local: try parsed("203.0.113.1", as: IPAddress.self), port: 4789, underlayMTU: 1500),
      hasLocalEndpoints: true)
  }

  @Test func theRegistryHasEachDriverOnce() {
    #expect(Set(NetworkDrivers.builtIn.map(\.driver)) == Set(Self.names))
    #expect(NetworkDrivers.builtIn.count == Self.names.count)
    for name in Self.names { #expect(NetworkDrivers.driver(name).driver == name && !name.isPlugin) }
    let plugin = NetworkDriver(rawValue: "weave")
    #expect(NetworkDrivers.driver(plugin).driver == plugin && plugin.isPlugin)
  }

  @Test(arguments: NetworkDriversTests.names + [NetworkDriver(rawValue: "weave")])
  func everyDriverAnswersEveryQuestion(_ name: NetworkDriver) throws {
    let driver = NetworkDrivers.driver(name)
    let network = try Self.network(name)
    let context = try Self.context()
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2")
    let isPredefined = [.host, .null].contains(name)

    try driver.checkOptions(of: network)
    #expect(driver.requiredLinkKinds.isSubset(of: driver.linkKinds))
    #expect(try driver.hostLink(of: network) == nil)
    #expect(try driver.createdParent(of: network) == nil)
    #expect(try driver.stateToRestore(for: network).isEmpty)
    #expect(try driver.interfacePrefix(on: network) == "eth")
    _ = driver.reservesGateway(.ipv4, on: network)
    _ = (driver.assignsPoolGateway, driver.honorsAuxiliaryGateway, driver.givesMACAddresses(on: network))
    _ = (driver.customMACRefusal, driver.needsNoRouter(on: network), driver.preferredPools)
    _ = driver.leavesExternalConnectivity(of: endpoint.endpoint)

    // What users can create, they can connect containers to; the predefined networks are neither.
    let canCreate = (try? driver.checkCreation(in: NetworkCreationContext(isInCluster: true))) != nil
    #expect(canCreate == !isPredefined && (driver.connectionRefusal == nil) == !isPredefined)
    if isPredefined {
      #expect(throws: EngineError.self) { try driver.endpointState(endpoint, in: .sandbox("box"), publishes: false) }
    } else {
      let state = try driver.endpointState(endpoint, in: .sandbox("box"), publishes: false)
      #expect(state.links.isEmpty == driver.isPlugin, "a plugin's link is known when the endpoint joined")
    }

    // A driver has a bridge exactly if packets enter one, and publishes ports exactly if this host routes.
    let state = try driver.desiredState(of: network, in: context)
    #expect((driver.bridge(of: network) != nil) == (driver.segment == .bridge))
    if let bridge = driver.bridge(of: network) { #expect(state.links[LinkKey(.host, bridge)]?.kind == .bridge) }
    #expect((driver.publicationOptions(of: network) != nil) == driver.isRoutedByHost)
    let mtu: UInt32? = driver.spansHosts ? 1450 : nil
    #expect(try driver.endpointMTU(on: network, in: context) == mtu)
    #expect(try driver.desiredState(of: network, in: NetworkContext()) == (driver.spansHosts ? KernelState() : state))
    #expect(driver.hasMemberBridges == driver.isRoutedByHost)
  }

  /// The answers in which the drivers differ.
  @Test func theDriversDiffer() throws {
    func all(_ answer: (any NetworkDriverBehavior) -> Bool) -> [NetworkDriver] {
      NetworkDrivers.builtIn.filter(answer).map(\.driver)
    }
    #expect(all(\.isRoutedByHost) == [.bridge])
    #expect(all(\.spansHosts) == [.overlay])
    #expect(all { $0.segment == .bridge } == [.bridge, .overlay])
    #expect(all { $0.segment == .parent } == [.macvlan, .ipvlan])
    #expect(all { !$0.linkKinds.isEmpty } == [.macvlan, .ipvlan, .overlay])
    #expect(all { $0.customMACRefusal != nil } == [.ipvlan])
    #expect(all { !$0.assignsPoolGateway } == [.overlay])
    #expect(all(\.honorsAuxiliaryGateway) == [.bridge])
    #expect(all(\.isPlugin).isEmpty)
  }

  @Test func anOverlayNeedsAClusterAndTheEnginesAddresses() {
    let driver = OverlayDriver()
    let error = #expect(throws: EngineError.self) { try driver.checkCreation(in: NetworkCreationContext()) }
    #expect(error?.message == OverlayDriver.noCluster.message && error?.code == .unavailable)
    #expect(throws: EngineError.self) {
      try driver.checkCreation(in: NetworkCreationContext(isInCluster: true, ipamDriver: "weave"))
    }
    #expect(throws: Never.self) {
      try driver.checkCreation(in: NetworkCreationContext(isConfigurationOnly: true))
    }
  }
}

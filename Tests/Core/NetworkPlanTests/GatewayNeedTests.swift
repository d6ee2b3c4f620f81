import Addressing
import EngineModel
import NetworkPlan
import Testing

/// Which containers get an endpoint on the gateway network.
@Suite struct GatewayNeedTests {
  private static let plugin = NetworkDriver(rawValue: "test")

  private static func plugin(
    gateway: String? = nil, isJoined: Bool = true, refuses: Bool? = nil, isInternal: Bool = false,
    routes: [PluginEndpoint.Route] = []
  ) throws -> EndpointIntent {
    let network = try Scenario.network("d", "10.70.0.0/24", name: "net", isInternal: isInternal, driver: plugin)
    let plain = try Scenario.endpoint("e", on: network, "10.70.0.2")
    var endpoint = plain.endpoint
    endpoint.gateway4 = try gateway.map { try parsed($0, as: IPv4Address.self) }
    var place = PluginEndpoint()
    place.isJoined = isJoined
    place.refusesGateway = refuses
    place.routes = routes
    endpoint.pluginEndpoint = place
    return EndpointIntent(network: network, endpoint: endpoint, interface: plain.interface)
  }

  @Test func aPluginsNetworkWithoutAGateway() throws {
    #expect(SandboxIntent.needsGateway([try Self.plugin()]))
    #expect(!SandboxIntent.needsGateway([try Self.plugin(gateway: "10.70.0.1")]))
    #expect(!SandboxIntent.needsGateway([try Self.plugin(isJoined: false)]))
    #expect(!SandboxIntent.needsGateway([try Self.plugin(refuses: true)]))
    #expect(SandboxIntent.needsGateway([try Self.plugin(refuses: false)]))
    #expect(!SandboxIntent.needsGateway([try Self.plugin(isInternal: true)]))
    let everywhere = PluginEndpoint.Route(destination: try parsed("0.0.0.0/0", as: IPPrefix.self), nextHop: nil)
    #expect(!SandboxIntent.needsGateway([try Self.plugin(routes: [everywhere])]))
    #expect(!SandboxIntent.needsGateway([]))
  }

  @Test func anotherNetworkWithExternalConnectivityIsEnough() throws {
    let bridge = try Scenario.endpoint("1", on: try Scenario.network(), "172.18.0.2", interface: "eth1")
    let inner = try Scenario.endpoint(
      "2", on: try Scenario.network("b", "172.19.0.0/16", name: "inner", isInternal: true), "172.19.0.2",
      interface: "eth2")
    #expect(!SandboxIntent.needsGateway([try Self.plugin(), bridge]))
    #expect(SandboxIntent.needsGateway([try Self.plugin(), inner]))
    #expect(!SandboxIntent.needsGateway([inner]))
  }

  @Test func networksThatSpanHosts() throws {
    func overlay(isInternal: Bool) throws -> EndpointIntent {
      let network = try Scenario.network("d", "10.0.0.0/24", name: "wide", isInternal: isInternal, driver: .overlay)
      let plain = try Scenario.endpoint("e", on: network, "10.0.0.2")
      var endpoint = plain.endpoint
      endpoint.gateway4 = nil
      return EndpointIntent(network: network, endpoint: endpoint, interface: plain.interface)
    }
    #expect(SandboxIntent.needsGateway([try overlay(isInternal: false)]))
    #expect(!SandboxIntent.needsGateway([try overlay(isInternal: true)]))
  }
}

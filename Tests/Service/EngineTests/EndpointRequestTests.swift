import Addressing
import EngineModel
import Testing

@testable import Engine

/// Endpoint settings at a container's creation.
@Suite struct EndpointRequestTests {
  private func network(_ rig: Rig, _ name: String, _ subnet: String = "10.9.0.0/24") async throws -> NetworkID {
    var request = NetworkCreateRequest(name: name)
    request.ipam.pools = [AddressPool(subnet: try parsed(subnet, as: IPPrefix.self))]
    return try await rig.engine.createNetwork(request).id
  }

  private func networks(_ rig: Rig, _ name: String) async throws -> Set<NetworkID> {
    Set(try await rig.engine.container(name).container.endpoints.map(\.network))
  }

  /// The network mode and the settings may name the network differently.
  @Test(arguments: ["name", "id", "short"], ["name", "id", "short"])
  func settingsBelongToANetworkHoweverItIsNamed(mode: String, key: String) async throws {
    try await Rig.with { rig in
      let id = try await network(rig, "n1")
      let names = ["name": "n1", "id": id.rawValue, "short": id.short]
      var request = try rig.request("box", network: names[mode] ?? "")
      let settings = EndpointSettings(aliases: ["web"], ipv4: try parsed("10.9.0.77", as: IPv4Address.self))
      request.endpoints = [names[key] ?? "": settings]
      _ = try await rig.engine.createContainer(request)
      let endpoints = try await rig.engine.container("box").container.endpoints
      #expect(endpoints.map(\.network) == [id])
      #expect(endpoints.first?.settings == settings)
    }
  }

  @Test func twoNamesOfOneNetworkMustNotContradict() async throws {
    try await Rig.with { rig in
      let id = try await network(rig, "n1")
      var request = try rig.request("box", network: "n1")
      request.endpoints = ["n1": EndpointSettings(), id.rawValue: EndpointSettings(aliases: ["web"])]
      _ = try await rig.engine.createContainer(request)
      #expect(try await rig.engine.container("box").container.endpoints.map(\.settings.aliases) == [["web"]])
      request.name = "other"
      request.endpoints["n1"] = EndpointSettings(aliases: ["db"])
      await expectError(.invalidParameter, containing: "the same network") {
        _ = try await rig.engine.createContainer(request)
      }
    }
  }

  /// A container that asks for a network of its own must not also be on the default bridge.
  @Test(arguments: ["default", "bridge"]) func requestedNetworksReplaceTheDefaultOne(mode: String) async throws {
    try await Rig.with { rig in
      let first = try await network(rig, "n1")
      let bridge = try await rig.engine.network("bridge").network.id
      var request = try rig.request("one", network: mode)
      request.endpoints = ["n1": EndpointSettings()]
      _ = try await rig.engine.createContainer(request)
      #expect(try await networks(rig, "one") == [first])
      request.name = "both"
      request.endpoints[mode] = EndpointSettings()
      _ = try await rig.engine.createContainer(request)
      #expect(try await networks(rig, "both") == [first, bridge])
      request.name = "plain"
      request.endpoints = [:]
      _ = try await rig.engine.createContainer(request)
      #expect(try await networks(rig, "plain") == [bridge])
    }
  }

  /// Older clients send the address beside the endpoints, which may name the network by its id.
  @Test func theContainersHardwareAddressBelongsToTheMainNetwork() async throws {
    try await Rig.with { rig in
      let id = try await network(rig, "n1")
      let mac = try parsed("02:42:00:00:00:99", as: MACAddress.self)
      var request = try rig.request("box", network: "n1")
      request.hardwareAddress = mac
      request.endpoints = [id.rawValue: EndpointSettings(aliases: ["web"])]
      _ = try await rig.engine.createContainer(request)
      let settings = try await rig.engine.container("box").container.endpoints.map(\.settings)
      #expect(settings.map(\.mac) == [mac] && settings.map(\.aliases) == [["web"]])
      request.name = "other"
      request.endpoints = ["n1": EndpointSettings(mac: try parsed("02:42:00:00:00:98", as: MACAddress.self))]
      await expectError(.invalidParameter, containing: "must match the endpoint-specific MAC address") {
        _ = try await rig.engine.createContainer(request)
      }
    }
  }
}

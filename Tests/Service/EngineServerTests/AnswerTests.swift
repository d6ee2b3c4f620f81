import JSON
import Addressing
import Engine
import EngineAPI
import EngineModel
import Logging
import NIOHTTP1
import Testing

@testable import EngineServer

/// What lists and inspections show of the engine's records.
@Suite struct AnswerTests {
  private func view(_ change: (inout Container, Network) -> Void = { _, _ in }) throws -> ContainerView {
    let moment = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    let network = Network(id: .random(), name: "front", created: moment)
    var configuration = ContainerConfiguration()
    configuration.image = "busybox"
    configuration.hostname = "h1"
    configuration.exposedPorts = [TransportPort(80, .tcp), TransportPort(53, .udp)]
    var container = Container(
      id: .random(), name: "web", created: moment, configuration: configuration, host: HostConfiguration(),
      imageID: "sha256:abc", arguments: ["sh", "-c", "echo a b"])
    container.endpoints = [
      Endpoint(
        id: .random(), network: network.id, container: container.id,
        settings: EndpointSettings(aliases: ["www", "web"]), mac: MACAddress("02:42:ac:12:00:02"),
        ipv4: InterfaceAddress("172.18.0.2/16"), gateway4: IPv4Address(172, 18, 0, 1))
    ]
    container.state.status = .running
    container.state.startedAt = moment
    container.publications = [
      PortPublication(
        containerPort: TransportPort(80, .tcp), hostAddress: try #require(IPAddress("0.0.0.0")), hostPort: 8080)
    ]
    change(&container, network)
    return ContainerView(
      container: container, networks: [network.id: network], networkMode: "front", sandboxPath: "/run/netns/x",
      files: ContainerFiles(folder: "/data/c"))
  }

  @Test func anInspectionShowsPortsNetworksAndNames() throws {
    let shown = Wire.ContainerInspect(try view(), version: APIVersion(1, 51))
    #expect(shown.Name == "/web")
    #expect(shown.Path == "sh")
    #expect(shown.Args == ["-c", "echo a b"])
    #expect(shown.Created == "2023-11-14T22:13:20.000000000Z")
    #expect(shown.State.Running)
    #expect(shown.State.FinishedAt == "0001-01-01T00:00:00Z")
    #expect(shown.NetworkSettings.Ports["80/tcp"] == [Wire.PortBinding(HostIp: "0.0.0.0", HostPort: "8080")])
    let json = try JSONEncoding.value(shown)
    #expect(json["NetworkSettings"]?["Ports"]?["53/udp"] == .null)
    let endpoint = try #require(shown.NetworkSettings.Networks["front"])
    #expect(endpoint.IPAddress == "172.18.0.2")
    #expect(endpoint.DNSNames?.prefix(2) == ["web", "www"])
    #expect(endpoint.DNSNames?.last == "h1")
    // Only the default bridge's endpoint is repeated above.
    #expect(shown.NetworkSettings.deprecated?.IPAddress == "")
    #expect(json["NetworkSettings"]?["Gateway"] == .string(""))
    let current = try JSONEncoding.value(Wire.ContainerInspect(try view(), version: APIVersion(1, 52)))
    #expect(current["NetworkSettings"]?["Gateway"] == nil)
    #expect(current["NetworkSettings"]?["Networks"]?["front"]?["IPAddress"] == .string("172.18.0.2"))
  }

  @Test func aStoppedContainerShowsNoPorts() throws {
    let shown = Wire.ContainerInspect(
      try view { container, _ in
        container.state.status = .exited
        container.publications = []
      }, version: .current)
    #expect(shown.NetworkSettings.Ports.isEmpty)
    #expect(!shown.State.Running)
  }

  @Test func aLineOfTheListShowsWhatIsPublishedAndWhatIsExposed() throws {
    let line = Wire.ContainerSummary(try view(), now: Timestamp(nanoseconds: 1_700_000_065_000_000_000))
    #expect(line.Names == ["/web"])
    #expect(line.Command == "sh -c 'echo a b'")
    #expect(line.Status == "Up About a minute")
    #expect(line.State == "running")
    #expect(line.Ports.map(\.PublicPort) == [8080, nil])
    #expect(line.Ports.map(\.`Type`) == ["tcp", "udp"])
    #expect(line.HostConfig.NetworkMode == "front")
  }

  @Test func aNetworkListsOnlyEndpointsThatHaveTheirPlace() throws {
    let view = try view()
    let network = try #require(view.networks.values.first)
    var resting = view.container.endpoints[0]
    resting.ipv4 = nil
    let shown = Wire.Network(
      NetworkView(
        network: network,
        attachments: [
          .init(container: view.container.id, name: "web", endpoint: view.container.endpoints[0]),
          .init(container: .random(), name: "resting", endpoint: resting),
        ]), withContainers: true)
    #expect(shown.Containers.count == 1)
    #expect(shown.Containers[view.container.id.rawValue]?.IPv4Address == "172.18.0.2/16")
    #expect(Wire.Network(NetworkView(network: network), withContainers: false).Containers.isEmpty)
  }

  @Test func everyRouteOfTheAPIIsAnsweredOrRefused() throws {
    // The methods and paths of the API's description; none of them is an unknown page.
    let paths = [
      "GET /containers/json", "POST /containers/create", "GET /containers/a/json", "GET /containers/a/top",
      "GET /containers/a/logs", "GET /containers/a/changes", "GET /containers/a/export", "GET /containers/a/stats",
      "POST /containers/a/resize", "POST /containers/a/start", "POST /containers/a/stop", "POST /containers/a/restart",
      "POST /containers/a/kill", "POST /containers/a/update", "POST /containers/a/rename", "POST /containers/a/pause",
      "POST /containers/a/unpause", "POST /containers/a/attach", "GET /containers/a/attach/ws",
      "POST /containers/a/wait", "DELETE /containers/a", "HEAD /containers/a/archive", "GET /containers/a/archive",
      "PUT /containers/a/archive", "POST /containers/prune", "GET /images/json", "POST /build", "POST /build/prune",
      "POST /images/create", "GET /images/a/b/json", "GET /images/a/history", "POST /images/a/push",
      "POST /images/a/tag", "DELETE /images/a", "GET /images/search", "POST /images/prune", "POST /auth", "GET /info",
      "GET /version", "GET /_ping", "HEAD /_ping", "POST /commit", "GET /events", "GET /system/df", "GET /images/a/get",
      "GET /images/get", "POST /images/load", "POST /containers/a/exec", "POST /exec/a/start", "POST /exec/a/resize",
      "GET /exec/a/json", "GET /volumes", "POST /volumes/create", "GET /volumes/a", "PUT /volumes/a",
      "DELETE /volumes/a", "POST /volumes/prune", "GET /networks", "GET /networks/a", "DELETE /networks/a",
      "POST /networks/create", "POST /networks/a/connect", "POST /networks/a/disconnect", "POST /networks/prune",
      "GET /plugins", "GET /plugins/privileges", "POST /plugins/pull", "GET /plugins/a/json", "DELETE /plugins/a",
      "POST /plugins/a/enable", "POST /plugins/a/disable", "POST /plugins/a/upgrade", "POST /plugins/create",
      "POST /plugins/a/push", "POST /plugins/a/set", "GET /nodes", "GET /nodes/a", "DELETE /nodes/a",
      "POST /nodes/a/update", "GET /swarm", "POST /swarm/init", "POST /swarm/join", "POST /swarm/leave",
      "POST /swarm/update", "GET /swarm/unlockkey", "POST /swarm/unlock", "GET /services", "POST /services/create",
      "GET /services/a", "DELETE /services/a", "POST /services/a/update", "GET /services/a/logs", "GET /tasks",
      "GET /tasks/a", "GET /tasks/a/logs", "GET /secrets", "POST /secrets/create", "GET /secrets/a",
      "DELETE /secrets/a", "POST /secrets/a/update", "GET /configs", "POST /configs/create", "GET /configs/a",
      "DELETE /configs/a", "POST /configs/a/update", "GET /distribution/a/json", "POST /session",
    ]
    let routes = EngineServer.routes(
      try Engine(configuration: EngineConfiguration(dataRoot: "/nonexistent"), logger: Logger(label: "test")))
    for path in paths {
      let words = path.split(separator: " ")
      let pieces = words[1].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      #expect(
        routes.contains { $0.method.rawValue == words[0] && $0.match(pieces) != nil }, "\(path) is an unknown page")
    }
  }
}

import Addressing
import EngineModel
import NetworkPlan
import Nftables
import Testing

@testable import Explanation

/// Explanations without a kernel: networks, containers, and the tables as the drivers make them.
@Suite struct WalkTests {
  /// Consistent facts.
  struct World {
    var facts = PathFacts()
    var firewall = Firewall()

    init() throws {
      facts.host.forwards = [.ipv4]
      facts.host.links[try parsed("lo")] = NamespaceFacts.Link()
      facts.host.links[try parsed("eth0")] = NamespaceFacts.Link()
      facts.host.addresses = [.init(try parsed("eth0"), try parsed("192.0.2.1/24"))]
      facts.host.routes = [
        .init(try parsed("0.0.0.0/0"), gateway: try parsed("192.0.2.2"), link: try parsed("eth0")),
        .init(try parsed("192.0.2.0/24"), link: try parsed("eth0")),
      ]
      try take(HostIntent(enabledForwarding4: true).state())
    }

    mutating func take(_ state: KernelState) throws {
      for (reference, table) in state.firewalls[.host]?.tables ?? [:] { firewall.tables[reference] = table }
      for (set, elements) in state.firewalls[.host]?.elements ?? [:] {
        firewall.elements[set, default: []].formUnion(elements)
      }
      facts.setFirewall(firewall)
    }

    mutating func add(_ name: String, _ digit: Character, _ subnet: String, isInternal: Bool = false) throws -> Network
    {
      let prefix: IPPrefix = try parsed(subnet)
      var network = Network(
        id: try #require(Identifier(String(repeating: digit, count: 64))), name: name,
        created: Timestamp(nanoseconds: 0), ipam: IPAMConfiguration(pools: [AddressPool(subnet: prefix)]),
        isInternal: isInternal)
      network = try network.completed(pools: [], avoiding: AddressSpace(), networks: AddressSpace())
      facts.networks[network.id] = network
      try take(try network.state())
      let bridge = try #require(network.bridge)
      let gateway = try #require(network.ipam.pools[0].gateway)
      facts.host.links[bridge] = NamespaceFacts.Link()
      facts.host.addresses.append(.init(bridge, try #require(InterfaceAddress(gateway, in: prefix))))
      facts.host.routes.append(.init(prefix, link: bridge))
      return network
    }

    /// A container that runs on a network.
    mutating func add(
      _ name: String, _ digit: Character, on network: Network, _ address: String,
      listening: [(String, UInt16)] = [], published: [PortPublication] = []
    ) throws -> ContainerID {
      let id: ContainerID = try #require(Identifier(String(repeating: digit, count: 64)))
      let address: IPAddress = try parsed(address)
      let prefix = try #require(network.ipam.pools[0].subnet)
      var endpoint = Endpoint(
        id: try #require(Identifier(String(repeating: digit, count: 64))), network: network.id, container: id,
        settings: EndpointSettings())
      endpoint.ipv4 = InterfaceAddress(address, in: prefix)
      endpoint.gateway4 = network.isInternal ? nil : network.ipam.pools[0].gateway?.v4
      endpoint.mac = MACAddress(octets: [0x02, 0x42] + address.octets)
      endpoint.interface = try parsed("eth0")
      var container = Container(
        id: id, name: name, created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
        host: HostConfiguration(), imageID: "", endpoints: [endpoint], publications: published)
      container.state.status = .running
      facts.containers[id] = container
      let intent = EndpointIntent(network: network, endpoint: endpoint, interface: try parsed("eth0"))
      try take(try SandboxIntent(name: id.rawValue, endpoints: [intent], publications: published).state())
      facts.host.links[EndpointLink.name(for: endpoint.id)] = NamespaceFacts.Link(controller: network.bridge)
      var inside = NamespaceFacts()
      inside.links = [try parsed("lo"): .init(), try parsed("eth0"): .init(mac: endpoint.mac)]
      inside.addresses = [.init(try parsed("eth0"), try #require(endpoint.ipv4))]
      inside.routes = [.init(prefix, link: try parsed("eth0"))]
      if let gateway = endpoint.gateway4 {
        inside.routes.append(.init(try parsed("0.0.0.0/0"), gateway: .v4(gateway), link: try parsed("eth0")))
      }
      inside.sockets = try listening.map { .init(TransportPort($0.1, .tcp), at: try parsed($0.0)) }
      facts.sandboxes[id] = inside
      return id
    }

    func explain(_ origin: PathRequest.Origin, _ target: String) throws -> Explanation {
      let to = try PathTarget(target)
      let request = PathRequest(
        origin: origin, target: to.target, probe: to.probe, port: to.port, from: "asker", to: target)
      guard case .explained(let explanation) = Explainer(request, facts).explain() else {
        throw EngineError(.system, "a fact is missing")
      }
      return explanation
    }
  }

  private static func world() throws -> (world: World, web: ContainerID, db: ContainerID, safe: ContainerID) {
    var world = try World()
    let shop = try world.add("shop", "a", "10.10.0.0/24")
    let back = try world.add("back", "b", "10.11.0.0/24")
    let vault = try world.add("vault", "c", "10.12.0.0/24", isInternal: true)
    let publication = PortPublication(
      containerPort: TransportPort(80, .tcp), hostAddress: .any(.ipv4), hostPort: 8080)
    let web = try world.add(
      "web", "1", on: shop, "10.10.0.2", listening: [("0.0.0.0", 80), ("127.0.0.1", 81)], published: [publication])
    let db = try world.add("db", "2", on: back, "10.11.0.2", listening: [("::", 5000)])
    let safe = try world.add("safe", "3", on: vault, "10.12.0.2", listening: [("::", 80)])
    return (world, web, db, safe)
  }

  @Test func isolation() throws {
    let (world, web, db, safe) = try Self.world()
    let apart = try world.explain(.container(web), "10.11.0.2:5000")
    #expect(apart.verdict == "web cannot reach 10.11.0.2:5000: their networks are isolated from each other")
    #expect(apart.advice == [.init("connect web to the network back", "causeway network connect back web")])
    #expect(try world.explain(.container(db), "10.12.0.2:80").verdict.hasSuffix("the network vault is internal"))
    #expect(try !world.explain(.container(safe), "10.10.0.2:80").isReachable)
    #expect(try world.explain(.host, "10.12.0.2:80").isReachable)
  }

  @Test func publishedPorts() throws {
    let (world, web, db, _) = try Self.world()
    let outside = PathRequest.Origin.outside(nil, via: nil)
    #expect(try world.explain(outside, "host:8080").isReachable)
    #expect(try world.explain(outside, "web:80").isReachable)
    #expect(try world.explain(.container(db), "192.0.2.1:8080").isReachable)
    #expect(try world.explain(.container(web), "192.0.2.1:8080").isReachable)
    #expect(try world.explain(.host, "127.0.0.1:8080").isReachable)
    #expect(try !world.explain(outside, "10.10.0.2:80").isReachable)
    #expect(try world.explain(outside, "db:5000").verdict.hasSuffix("port 5000/tcp of db is not published"))
  }

  @Test func listeners() throws {
    let (world, web, _, _) = try Self.world()
    #expect(try world.explain(.host, "web:80").isReachable)
    #expect(try world.explain(.host, "web:81").verdict.hasSuffix("the program listens on 127.0.0.1 only"))
    #expect(try world.explain(.host, "web:82").verdict.hasSuffix("nothing listens on port 82/tcp"))
    #expect(try world.explain(.host, "web:80/udp").verdict.hasSuffix("it listens on tcp only"))
    #expect(try world.explain(.container(web), "10.10.0.2:81").isReachable == false)
    #expect(try world.explain(.container(web), "127.0.0.1:81").isReachable)
  }

  /// A set element that the kernel does not have does not match.
  @Test func setElementsDecide() throws {
    var (world, web, _, _) = try Self.world()
    let table = HostFirewall.table.reference
    for name in ["published4_anywhere", "same_network", "masquerade4"] {
      let set = SetReference(table, name)
      let kept = world.firewall.elements[set]
      world.firewall.elements[set] = nil
      world.facts.setFirewall(world.firewall)
      switch name {
      case "published4_anywhere": #expect(try !world.explain(.outside(nil, via: nil), "host:8080").isReachable)
      case "masquerade4":
        let open = try world.explain(.container(web), "outside:443")
        #expect(open.unknowns.contains { $0.hasPrefix("the route back from outside") })
      default: #expect(try world.explain(.container(web), "192.0.2.1:8080").isReachable == true)
      }
      world.firewall.elements[set] = kept
    }
    world.firewall.elements[SetReference(HostFirewall.ports.reference, "port_addresses4")] = nil
    world.facts.setFirewall(world.firewall)
    #expect(try world.explain(.container(web), "10.11.0.2").verdict.hasSuffix("its packets are dropped as forged"))
    // Without tables, nothing is dropped.
    world.firewall = Firewall()
    world.facts.setFirewall(world.firewall)
    #expect(try world.explain(.container(web), "10.11.0.2:5000").isReachable)
  }

  /// The explainer asks for a missing fact and does not guess it.
  @Test func missingFactsAreNamed() throws {
    var (world, web, db, _) = try Self.world()
    world.facts.sandboxes[db] = nil
    let request = PathRequest(
      origin: .host, target: .name("db"), probe: .ping, from: "host", to: "db")
    guard case .incomplete(let missing) = Explainer(request, world.facts).explain() else {
      Issue.record("no fact is missing")
      return
    }
    #expect(missing == [.sandbox(db)])
    #expect(try world.explain(.container(web), "outside:443").isReachable)
  }
}

private func parsed<Value: LosslessStringConvertible>(_ text: String) throws -> Value {
  try #require(Value(text), "\(text) is no \(Value.self)")
}

import Addressing
import EngineModel
import Nftables
import Scenarios

@testable import NetworkPlan

/// The networks and sandboxes of a scenario as values, with readable names: `cw-shop` is the network's bridge,
/// `cwe-web-shop` the host's end of the container's veth pair.
struct ScenarioState {
  private var networks: [String: Network] = [:]
  private var leases: [String: [AddressLeases]] = [:]
  private var names: [(found: String, name: String)] = []
  private(set) var state = KernelState()

  init(_ scenario: NetworkScenario) throws {
    for (index, requested) in scenario.networks.enumerated() { try add(requested, Self.digits[index]) }
    for (index, requested) in scenario.containers.enumerated() {
      try add(requested, index)
    }
  }

  private static let digits = Array("abcdef")

  private mutating func add(_ requested: NetworkScenario.Network, _ digit: Character) throws {
    let pools = try requested.subnets.map { AddressPool(subnet: try parsed($0, as: IPPrefix.self)) }
    let network = try Network(
      id: try Scenario.id(digit), name: requested.name, created: Timestamp(nanoseconds: 0),
      driver: NetworkDriver(rawValue: requested.driver), enableIPv4: requested.hasIPv4, enableIPv6: requested.hasIPv6,
      ipam: IPAMConfiguration(pools: pools), isInternal: requested.isInternal, options: requested.options
    ).completed(pools: [], avoiding: AddressSpace(), networks: AddressSpace())
    networks[requested.name] = network
    leases[requested.name] = network.ipam.pools.compactMap { pool in
      pool.subnet.map { AddressLeases(subnet: $0, reserved: [pool.gateway].compactMap(\.self)) }
    }
    names.append((BridgeDriver.bridgeName(for: network.id).rawValue, "cw-\(requested.name)"))
    names.append((network.id.rawValue, requested.name))
    state.formUnion(try network.state())
  }

  private mutating func add(_ requested: NetworkScenario.Container, _ index: Int) throws {
    guard requested.networks != ["host"], requested.networks.first?.hasPrefix("container:") != true else { return }
    var endpoints: [EndpointIntent] = []
    for (number, name) in requested.networks.enumerated() where name != "none" {
      let network = try parsedNetwork(name)
      let id: EndpointID = try Scenario.id(Character("\(index * 3 + number)"))
      var endpoint = Endpoint(
        id: id, network: network.id, container: try Scenario.id("c"), settings: EndpointSettings())
      for (order, pool) in network.ipam.pools.enumerated() {
        guard let subnet = pool.subnet, let address = try leases[name]?[order].lease() else { continue }
        switch subnet.family {
        case .ipv4:
          endpoint.ipv4 = InterfaceAddress(address, in: subnet)
          endpoint.gateway4 = pool.gateway?.v4
          endpoint.mac = MACAddress(octets: [0x02, 0x42] + address.octets)
        case .ipv6:
          endpoint.ipv6 = InterfaceAddress(address, in: subnet)
          endpoint.gateway6 = pool.gateway?.v6
        }
      }
      endpoint.mac = endpoint.mac ?? .locallyAdministered(from: UInt64(index))
      names.append((EndpointLink.name(for: id).rawValue, "cwe-\(requested.name)-\(name)"))
      names.append((id.rawValue, "\(requested.name)-\(name)"))
      endpoints.append(
        EndpointIntent(
          network: network, endpoint: endpoint, interface: try parsed("eth\(number)", as: InterfaceName.self)))
    }
    let sandbox = SandboxIntent(
      name: requested.name, endpoints: endpoints,
      publications: try requested.published.flatMap { try publications($0, endpoints) })
    state.formUnion(try sandbox.state())
  }

  private func parsedNetwork(_ name: String) throws -> Network {
    guard let network = networks[name] else { throw Unknown(name: name) }
    return network
  }

  private struct Unknown: Error { let name: String }

  /// As `-p` says it, for each family of the host.
  private func publications(_ text: String, _ endpoints: [EndpointIntent]) throws -> [PortPublication] {
    let parts = text.split(separator: ":").map(String.init)
    let addresses = parts.count == 3 ? [parts[0]] : ["0.0.0.0", "::"]
    let container = try ports(parts[parts.count - 1])
    let isRouted = SandboxIntent(name: "", endpoints: endpoints).routedFamilies.contains(.ipv4)
    let host = parts.count > 1 && !isRouted ? try ports(parts[parts.count - 2]) : container.map { _ in 0 }
    return try addresses.flatMap { address in
      try zip(container, host).map { try Scenario.publication("\($0)", host: address, $1) }
    }
  }

  private func ports(_ text: String) throws -> [UInt16] {
    let ends = try text.split(separator: "-").map { try parsed(String($0), as: UInt16.self) }
    return Array(ends[0]...ends[ends.count - 1])
  }

  /// The plan, and the elements of the firewall afterwards.
  var record: ScenarioRecord {
    let plan = KernelState.difference(from: KernelState(), to: state)
      .flatMap { $0.commands.split(separator: "\n").map(String.init) }
    let elements = (state.firewalls[.host]?.elements ?? [:]).flatMap { set, elements in
      elements.map { "\(set): \($0)" }
    }
    return ScenarioRecord(plan: plan.map(named), elements: elements.map(named).sorted())
  }

  private func named(_ line: String) -> String {
    names.reduce(line) { $0.replacing($1.found, with: $1.name) }
  }
}

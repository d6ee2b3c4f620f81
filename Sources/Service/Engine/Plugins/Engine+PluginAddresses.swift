import Addressing
import EngineModel
import Logging
import NetworkPlan
import Plugins

/// The addresses that an IPAM plugin, or the cluster store, leased for one endpoint.
struct PluginLease: Sendable, Hashable {
  var ipv4: InterfaceAddress?
  var ipv6: InterfaceAddress?
  /// The MAC that the request to the plugin named, if the plugin requires one.
  var mac: MACAddress?
  /// The container that claims them in the cluster store; `nil` for a plugin's lease.
  var claimant: ContainerID?
}

extension Network {
  /// Whether an IPAM plugin or the cluster store leases the addresses.
  var asksForAddresses: Bool { ipam.isPlugin || spansHosts }
}

extension Engine {
  /// Asks IPAM plugins for the addresses that a container needs to start. On an error nothing is held,
  /// or the cleanup queue releases it.
  func leasePluginAddresses(for container: Container) async throws -> [NetworkID: PluginLease] {
    var requests = container.endpoints.map { ($0.network, $0.settings) }
    for (name, settings) in container.unresolvedNetworks.sorted(by: { $0.key < $1.key }) {
      if let network = try? state.network(name) { requests.append((network.id, settings)) }
    }
    var leases: [NetworkID: PluginLease] = [:]
    do {
      for (id, settings) in requests {
        guard let network = state.networks[id], network.asksForAddresses else { continue }
        leases[id] = try await leasePluginAddress(on: network, settings, for: container.id)
      }
    } catch {
      await releaseLeases(leases)
      throw error
    }
    return leases
  }

  /// Leases the addresses of one endpoint.
  func leasePluginAddress(
    on network: Network, _ settings: EndpointSettings, for container: ContainerID
  ) async throws -> PluginLease {
    if network.spansHosts { return try await claimAddresses(on: network, settings, for: container) }
    let plugin = network.ipam.driver
    try await ready(plugin, for: .ipam)
    var lease = PluginLease()
    if try await plugins.ipam(plugin).RequiresMACAddress {
      lease.mac = settings.mac ?? .locallyAdministered(from: .random(in: .min ... .max))
    }
    do {
      for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
        let requested = family == .ipv4 ? settings.ipv4.map(IPAddress.v4) : settings.ipv6.map(IPAddress.v6)
        let address = try await requestAddress(requested, family, on: network, lease.mac)
        if family == .ipv4 { lease.ipv4 = address } else { lease.ipv6 = address }
      }
    } catch {
      await releaseLeases([network.id: lease])
      throw error
    }
    return lease
  }

  /// Asks the family's pools in order, or only the pool that contains the requested address.
  private func requestAddress(
    _ requested: IPAddress?, _ family: AddressFamily, on network: Network, _ mac: MACAddress?
  ) async throws -> InterfaceAddress? {
    let plugin = network.ipam.driver
    var failure: (any Error)?
    for pool in network.ipam.pools {
      guard let id = pool.pluginID, let subnet = pool.subnet, subnet.family == family else { continue }
      if let requested, !subnet.contains(requested) { continue }
      do {
        return try await requestAddress(requested, family, of: plugin, pool: id, mac: mac)
      } catch let refusal as PluginFailure where refusal.kind == .refused {
        // This pool may be exhausted while another one is not.
        failure = refusal
      }
    }
    if let failure { throw failure }
    return nil
  }

  /// Releases leases that no endpoint uses.
  func releaseLeases(_ leases: [NetworkID: PluginLease]) async {
    for (id, lease) in leases {
      guard let network = state.networks[id] else { continue }
      releaseClaim(lease, on: network)
      let addresses = [lease.ipv4, lease.ipv6].compactMap { $0?.address }
      state.cleanup.add(RemovalCleanup.addresses(addresses, on: network))
    }
    await cleanUp()
  }

  /// Finishes pending work at a plugin before a new request: cleanup, and the replay of its addresses after a start of the
  /// engine.
  func ready(_ plugin: String, for subsystem: PluginRegistry.Subsystem) async throws {
    if state.cleanup.next(for: .plugin(plugin)) != nil { await cleanUp(.plugin(plugin)) }
    guard subsystem == .ipam else { return }
    while let replay = pluginSessions.replay(of: plugin) { try await replay.value }
    guard pluginSessions.pendingReplays.contains(plugin) else { return }
    let replay = Task { try await self.replay(plugin) }
    pluginSessions.beginReplay(of: plugin, replay)
    defer { pluginSessions.endReplay(of: plugin) }
    try await replay.value
  }

  /// Requests the pools and addresses in use once more, if the plugin does not store them (`RequiresRequestReplay`).
  private func replay(_ plugin: String) async throws {
    if try await plugins.ipam(plugin).RequiresRequestReplay {
      let spaces = try await plugins.ask(
        IPAMCalls.defaultAddressSpaces(of: plugin), for: .ipam, as: IPAMAnswers.AddressSpaces.self)
      for network in state.networks.values.filter({ $0.ipam.driver == plugin }).sorted(by: { $0.created < $1.created })
      {
        let space = network.scope == .global ? spaces.GlobalDefaultAddressSpace : spaces.LocalDefaultAddressSpace
        for call in replayCalls(network, space: space) {
          do {
            _ = try await plugins.perform(call, for: .ipam)
          } catch let refusal as PluginFailure where refusal.isAnswer {
            logger.warning("network \(network.name): \(refusal)")
          }
        }
      }
    }
    pluginSessions.didReplay(plugin)
  }

  private func replayCalls(_ network: Network, space: String) -> [PluginCall] {
    let plugin = network.ipam.driver
    let leased = state.containers.values.flatMap { container in
      container.endpoints.filter { $0.network == network.id }.flatMap(\.addresses)
    }.sorted()
    return network.ipam.pools.flatMap { pool -> [PluginCall] in
      guard let id = pool.pluginID, let subnet = pool.subnet else { return [] }
      var calls = [
        IPAMCalls.requestPool(plugin, space: space, pool, subnet.family, options: network.ipam.options)
      ]
      if let gateway = pool.gateway {
        calls.append(IPAMCalls.requestAddress(plugin, pool: id, gateway, isGateway: true))
      }
      let others = pool.auxiliaryAddresses.values.sorted() + leased.filter(subnet.contains)
      return calls + others.map { IPAMCalls.requestAddress(plugin, pool: id, $0) }
    }
  }
}

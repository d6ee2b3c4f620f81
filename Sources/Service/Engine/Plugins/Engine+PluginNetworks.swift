import Addressing
import EngineModel
import Logging
import NetworkPlan
import Plugins

/// What plugins answered about a network before it is created.
struct PluginPreparation: Sendable {
  /// The scope of a driver plugin; local for the engine's own drivers.
  var scope = NetworkScope.local
  /// The IPAM plugin's pools; `nil` if the engine leases addresses itself.
  var pools: [AddressPool]?
  /// Entries of the cleanup queue, held until the network exists or its creation fails.
  var cleanup: [UInt64] = []
}

extension Engine {
  /// Asks the network's plugins for its scope and pools. After an error the plugins hold nothing, or the cleanup queue
  /// releases it.
  func prepare(_ request: NetworkCreateRequest) async throws -> PluginPreparation {
    var preparation = PluginPreparation()
    guard !request.isConfigurationOnly else { return preparation }
    // A request for a name that is taken must not reach a plugin.
    guard state.networkNames[request.name] == nil else { return preparation }
    let driver = NetworkDriver(rawValue: request.driver)
    if driver.isPlugin, !request.driver.isEmpty {
      let capabilities = try await plugins.networkDriver(request.driver)
      preparation.scope = try named(request.driver, "NetworkDriver.GetCapabilities") { () throws(Unusable) in
        try capabilities.scope()
      }
      if capabilities.isGlobal { await announceNode(to: request.driver) }
    }
    let source = request.configurationFrom.flatMap { try? state.network($0) }
    let ipam = source?.ipam ?? request.ipam
    guard ipam.isPlugin else { return preparation }
    try await ready(ipam.driver, for: .ipam)
    do {
      try await requestPools(
        ipam, enableIPv4: source?.enableIPv4 ?? request.enableIPv4,
        enableIPv6: source?.enableIPv6 ?? request.enableIPv6, &preparation)
    } catch {
      state.cleanup.activate(preparation.cleanup)
      await cleanUp(.plugin(ipam.driver))
      throw error
    }
    return preparation
  }

  private func requestPools(
    _ ipam: IPAMConfiguration, enableIPv4: Bool?, enableIPv6: Bool?, _ preparation: inout PluginPreparation
  ) async throws {
    let spaces = try await plugins.ask(
      IPAMCalls.defaultAddressSpaces(of: ipam.driver), for: .ipam, as: IPAMAnswers.AddressSpaces.self)
    let space =
      preparation.scope == .global ? spaces.GlobalDefaultAddressSpace : spaces.LocalDefaultAddressSpace
    var pools: [AddressPool] = []
    for family in AddressFamily.allCases {
      var requested = ipam.pools.filter { ($0.subnet?.family ?? .ipv4) == family }
      let isWanted = family == .ipv4 ? enableIPv4 ?? true : enableIPv6 ?? !requested.isEmpty
      guard isWanted else { continue }
      if requested.isEmpty { requested = [AddressPool()] }
      for request in requested {
        pools.append(try await requestPool(request, family, ipam, space: space, &preparation))
      }
    }
    preparation.pools = pools
  }

  private func requestPool(
    _ request: AddressPool, _ family: AddressFamily, _ ipam: IPAMConfiguration, space: String,
    _ preparation: inout PluginPreparation
  ) async throws -> AddressPool {
    let plugin = ipam.driver
    let call = IPAMCalls.requestPool(plugin, space: space, request, family, options: ipam.options)
    let answer = try await plugins.ask(call, for: .ipam, as: IPAMAnswers.Pool.self)
    var pool = request
    pool.pluginID = answer.PoolID
    var release = state.cleanup.add([.pluginCall(IPAMCalls.releasePool(plugin, id: answer.PoolID))], isHeld: true)
    preparation.cleanup += release
    /// Adds the release of an address to the cleanup. Tasks run in their order, and the pool is released after its addresses.
    func addRelease(of address: IPAddress) {
      let calls = [
        CleanupTask.pluginCall(IPAMCalls.releaseAddress(plugin, pool: answer.PoolID, address)),
        .pluginCall(IPAMCalls.releasePool(plugin, id: answer.PoolID)),
      ]
      let entries = state.cleanup.add(calls, isHeld: true)
      state.cleanup.complete(release)
      preparation.cleanup += entries
      release = [entries[1]]
    }
    let subnet = try named(plugin, call.method) { () throws(Unusable) in try answer.subnet(family) }
    pool.subnet = subnet
    pool.gateway = try named(plugin, call.method) { () throws(Unusable) in try answer.gateway(in: subnet) }
    // The gateway is requested if the user named one, or if the pool came without one.
    if request.gateway != nil || pool.gateway == nil {
      pool.gateway = try await requestAddress(request.gateway, family, of: plugin, pool: answer.PoolID, isGateway: true)
        .address
    }
    if let gateway = pool.gateway { addRelease(of: gateway) }
    for (name, address) in request.auxiliaryAddresses.sorted(by: { $0.key < $1.key }) {
      guard subnet.contains(address) else {
        throw EngineError(
          .invalidParameter,
          "invalid network config:\ninvalid auxiliary address \(name): \(address): parent subnet is \(subnet)")
      }
      addRelease(of: try await requestAddress(address, family, of: plugin, pool: answer.PoolID).address)
    }
    return pool
  }

  /// Requests one address of a plugin's pool.
  func requestAddress(
    _ requested: IPAddress?, _ family: AddressFamily, of plugin: String, pool: String, isGateway: Bool = false,
    mac: MACAddress? = nil
  ) async throws -> InterfaceAddress {
    let call = IPAMCalls.requestAddress(plugin, pool: pool, requested, isGateway: isGateway, mac: mac)
    let answer = try await plugins.ask(call, for: .ipam, as: IPAMAnswers.Address.self)
    do {
      return try answer.value(family, requested: requested)
    } catch {
      throw PluginFailure(plugin: plugin, method: call.method, kind: .unusable, detail: error.description)
    }
  }

  /// Creates a network at its driver's plugin.
  func createAtPlugin(_ network: Network) async throws {
    let plugin = network.driver.rawValue
    try await ready(plugin, for: .networkDriver)
    var options: [String: String] = [:]
    if network.scope == .global {
      do {
        options = try await plugins.ask(
          NetworkDriverCalls.allocateNetwork(network), for: .networkDriver, as: NetworkDriverAnswers.Allocation.self
        ).Options
      } catch let failure as PluginFailure where failure.kind == .unknownCall {
        // Only plugins of global scope implement this call.
      }
    }
    _ = try await plugins.perform(
      NetworkDriverCalls.createNetwork(network, allocated: options), for: .networkDriver)
  }

  typealias Unusable = NetworkDriverAnswers.Unusable

  /// Adds the plugin and the method to an error about an answer.
  func named<Result>(
    _ plugin: String, _ method: String, _ body: () throws(Unusable) -> Result
  ) throws(PluginFailure) -> Result {
    do throws(Unusable) {
      return try body()
    } catch {
      throw PluginFailure(plugin: plugin, method: method, kind: .unusable, detail: error.description)
    }
  }
}

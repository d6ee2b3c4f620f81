import Addressing
import EngineModel
import NetworkPlan

/// On which link of the host a network will stand: whether that can be, and whether the link is somebody else's.
struct LinkAdoption: Sendable {
  let host: HostNetwork
  let state: EngineState

  /// - Returns: the link that was there before; `nil` when the network makes what it needs.
  /// - Throws: in Docker's words; `notImplemented` when the kernel lacks a module.
  func adoption(of network: Network) throws(EngineError) -> AdoptedLink? {
    switch network.driver {
    case .bridge: try bridge(network)
    case .macvlan, .ipvlan: try parent(network)
    default: nil
    }
  }

  private func bridge(_ network: Network) throws(EngineError) -> AdoptedLink? {
    let options = try BridgeOptions(network)
    guard !(network.options[BridgeOptions.nameKey] ?? "").isEmpty else { return nil }
    let name = options.bridgeName
    if let other = state.bridges[name] {
      throw EngineError(
        .forbidden,
        "cannot create network \(network.id) (\(name)): conflicts with network \(other) (\(name)): networks have "
          + "same bridge name")
    }
    guard let link = host.links[name] else { return nil }
    guard link.kind == "bridge" else {
      throw EngineError(.invalidParameter, "existing interface \(name) is not a bridge")
    }
    return AdoptedLink(name: name, addresses: link.addresses)
  }

  private func parent(_ network: Network) throws(EngineError) -> AdoptedLink? {
    let options = try ParentLinkOptions(network)
    if host.missingKinds.contains(network.driver.rawValue) { throw HostNetwork.missing(network.driver.rawValue) }
    guard let parent = options.parent else { return nil }
    try checkShared(parent, options.mode == "passthru", network)
    if let link = host.links[parent] {
      // A link with a tag that another network had us make goes with the last network, not with the first.
      let isMadeForNetworks = state.networks.values.contains { other in
        (try? ParentLinkDriver.parent(of: other))?.name == parent
      }
      return isMadeForNetworks ? nil : AdoptedLink(name: parent, addresses: link.addresses)
    }
    guard let tagged = try options.tagged() else { return nil }
    guard host.links[tagged.base] != nil else {
      throw EngineError(.invalidParameter, "-o parent interface was not found on the host: \(tagged.base)")
    }
    if host.missingKinds.contains("vlan") { throw HostNetwork.missing("vlan") }
    return nil
  }

  /// A parent that is handed over as a whole serves one network.
  private func checkShared(
    _ parent: InterfaceName, _ isPassedThrough: Bool, _ network: Network
  ) throws(EngineError) {
    for other in state.networks.values where other.driver == .macvlan && network.driver == .macvlan {
      guard let options = try? ParentLinkOptions(other), options.parent == parent else { continue }
      if isPassedThrough {
        throw EngineError(
          .forbidden,
          "cannot use mode passthru, macvlan network \(other.id) is already using parent interface \(parent)")
      }
      if options.mode == "passthru" {
        throw EngineError(
          .forbidden, "macvlan network \(other.id) is already using parent interface \(parent) in mode passthru")
      }
    }
  }
}

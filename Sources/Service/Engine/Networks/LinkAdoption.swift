import Addressing
import EngineModel
import NetworkPlan

/// Decides whether a network can use the link of the host that the user named, and whether it adopts that link.
struct LinkAdoption: Sendable {
  let host: HostNetwork
  let state: EngineState

  /// - Returns: the link, if it exists already; `nil` if the engine creates the network's links.
  /// - Throws: in Docker's words; `notImplemented` if the kernel lacks a module.
  func adoption(of network: Network) throws(EngineError) -> AdoptedLink? {
    let link = try network.behavior.hostLink(of: network)
    for kind in network.behavior.requiredLinkKinds.sorted() where host.missingKinds.contains(kind) {
      throw HostNetwork.missing(kind)
    }
    switch link {
    case .bridge(let name): return try bridge(name, of: network)
    case .parent(let name, let options): return try parent(name, options, of: network)
    case nil: return nil
    }
  }

  private func bridge(_ name: InterfaceName, of network: Network) throws(EngineError) -> AdoptedLink? {
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

  private func parent(
    _ parent: InterfaceName, _ options: ParentLinkOptions, of network: Network
  ) throws(EngineError) -> AdoptedLink? {
    try checkShared(parent, options.isExclusive, network)
    if let link = host.links[parent] {
      // The engine deletes a VLAN link that it created with the last network that uses it.
      let isCreated = state.networks.values.contains { $0.createdParentName == parent }
      return isCreated ? nil : AdoptedLink(name: parent, addresses: link.addresses)
    }
    guard let tagged = try options.tagged() else { return nil }
    guard host.links[tagged.base] != nil else {
      throw EngineError(.invalidParameter, "-o parent interface was not found on the host: \(tagged.base)")
    }
    if host.missingKinds.contains("vlan") { throw HostNetwork.missing("vlan") }
    return nil
  }

  /// In the mode `passthru`, one network has the parent for itself.
  private func checkShared(
    _ parent: InterfaceName, _ isExclusive: Bool, _ network: Network
  ) throws(EngineError) {
    for other in state.networks.values where other.driver == network.driver {
      guard case .parent(parent, let options)? = try? other.behavior.hostLink(of: other) else { continue }
      if isExclusive {
        throw EngineError(
          .forbidden,
          "cannot use mode passthru, macvlan network \(other.id) is already using parent interface \(parent)")
      }
      if options.isExclusive {
        throw EngineError(
          .forbidden, "macvlan network \(other.id) is already using parent interface \(parent) in mode passthru")
      }
    }
  }
}

extension Network {
  /// The parent link that the engine creates for the network.
  var createdParentName: InterfaceName? { (try? behavior.createdParent(of: self))?.name }
}

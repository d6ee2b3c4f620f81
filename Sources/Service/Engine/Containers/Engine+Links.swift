import Addressing
import DataPlane
import EngineModel
import NameService
import NetworkPlan
import Reconciler

extension Engine {
  /// A link with the container it leads to.
  struct Linked {
    let link: Link
    let container: Container
    /// Where the target has no address now these are none.
    let addresses: [IPAddress]
  }

  /// The links of a container on the default bridge, where they are the only way to names. One whose container is gone
  /// is left out.
  func links(of container: Container) -> [Linked] {
    guard let network = container.endpoints.first(where: { state.networks[$0.network]?.isDefaultBridge == true }) else {
      return []
    }
    return container.host.links.compactMap { text in
      guard let link = try? Link(text), let target = try? state.container(link.target) else { return nil }
      let place = target.endpoints.first { $0.network == network.network }
      return Linked(link: link, container: target, addresses: place?.addresses ?? [])
    }
  }

  /// - Throws: `conflict` in Docker's words when a link leads to a container that does not run, or to one elsewhere.
  func checkLinks(of container: Container) throws(EngineError) {
    for linked in links(of: container) {
      guard linked.container.endpoints.contains(where: { state.networks[$0.network]?.isDefaultBridge == true }) else {
        throw EngineError(
          .conflict, "Cannot link to /\(linked.container.name), as it does not belong to the default network")
      }
      guard isRunning(linked.container) else {
        throw EngineError(
          .conflict,
          "Cannot link to a non running container: /\(linked.container.name) AS /\(container.name)/\(linked.link.alias)"
        )
      }
    }
  }

  /// What links add to a container's environment.
  func linkVariables(of container: Container) -> [String] {
    links(of: container).flatMap { linked -> [String] in
      guard let address = linked.addresses.first else { return [] }
      return linked.link.variables(
        of: container.name, address: address, ports: linked.container.configuration.exposedPorts,
        environment: linked.container.configuration.environment)
    }
  }

  /// What links open where containers of the default bridge may not talk: the ports that the others expose.
  func linkPermits(of container: Container) -> [LinkPermit] {
    guard !container.host.links.isEmpty,
      let own = container.endpoints.first(where: { state.networks[$0.network]?.isDefaultBridge == true }),
      let network = state.networks[own.network], let options = try? BridgeOptions(network),
      !options.isICCEnabled
    else { return [] }
    return links(of: container).flatMap { linked in
      linked.addresses.flatMap { target in
        own.addresses.filter { $0.family == target.family }.map {
          LinkPermit(from: $0, to: target, ports: linked.container.configuration.exposedPorts)
        }
      }
    }
  }

  /// The links that endpoints on other networks ask for, as names for the container alone. One that leads nowhere now
  /// gives no name, as in Docker.
  func linkedHosts(of container: Container) -> [HostRecord] {
    container.endpoints.flatMap { endpoint in
      endpoint.settings.links.compactMap { text -> HostRecord? in
        guard let link = try? Link(text), let target = try? state.container(link.target),
          let place = target.endpoints.first(where: { $0.network == endpoint.network }), !place.addresses.isEmpty
        else { return nil }
        return HostRecord(name: link.alias, addresses: place.addresses)
      }
    }
  }

  /// Lets those that have a link to a container know where that is now.
  func refreshLinks(to target: ContainerID) async {
    for id in state.linkers where id != target {
      guard let parts = try? parts, let linker = state.containers[id], isRunning(linker), leads(linker, to: target)
      else {
        continue
      }
      await attempting("telling \(id.short) where a link leads") {
        try writeFiles(of: linker)
        let changes = dataPlaneTable(of: linker).changes.filter { if case .openSandbox = $0 { true } else { false } }
        if !changes.isEmpty { try await parts.dataPlane.apply(changes) }
      }
      // In the linker's own turn, for it may be on its way out; and not waited for, for it may wait for this one.
      if !linker.host.links.isEmpty { Task { await self.openLinks(of: id) } }
    }
  }

  private func openLinks(of id: ContainerID) async {
    await attempting("opening the links of \(id.short)") {
      try await self.alone(with: id) {
        guard let container = self.state.containers[id], self.isRunning(container), Self.hasSandbox(container) else {
          return
        }
        try await self.updateSandbox(of: container)
      }
    }
  }

  private func leads(_ linker: Container, to target: ContainerID) -> Bool {
    (linker.host.links + linker.endpoints.flatMap(\.settings.links)).contains { text in
      (try? Link(text)).flatMap { try? state.container($0.target).id } == target
    }
  }

  /// The records of others whose links follow a container to its new name.
  func linkers(following old: String, to new: String) -> [Container] {
    func renamed(_ links: [String], of linker: Container) -> [String] {
      links.map { text in
        guard let link = try? Link(text), link.target == old else { return text }
        return text.hasPrefix("/") ? "/\(new):/\(linker.name)/\(link.alias)" : "\(new):\(link.alias)"
      }
    }
    return state.linkers.compactMap { id in
      guard let linker = state.containers[id] else { return nil }
      var changed = linker
      changed.host.links = renamed(linker.host.links, of: linker)
      for index in changed.endpoints.indices {
        changed.endpoints[index].settings.links = renamed(linker.endpoints[index].settings.links, of: linker)
      }
      return changed == linker ? nil : changed
    }
  }
}

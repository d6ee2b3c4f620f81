import Addressing
import DataPlane
import EngineModel
import NameService
import NetworkPlan
import Reconciler

extension Engine {
  /// A link with its target.
  struct Linked {
    let link: ContainerLink
    let container: Container
    /// Empty when the target has no address now.
    let addresses: [IPAddress]
  }

  /// The links of a container on the default bridge, where only links give names. A link whose target is removed is left
  /// out.
  func links(of container: Container) -> [Linked] {
    guard let network = container.endpoints.first(where: { state.networks[$0.network]?.isDefaultBridge == true }) else {
      return []
    }
    return container.host.links.compactMap { text in
      guard let link = try? ContainerLink(text), let target = try? state.container(link.target) else { return nil }
      let endpoint = target.endpoints.first { $0.network == network.network }
      return Linked(link: link, container: target, addresses: endpoint?.addresses ?? [])
    }
  }

  /// The names that links give a container, in their order: `web/db`.
  func linkNames(of target: Container) -> [String] {
    state.containersWithLinks.compactMap { state.containers[$0] }.flatMap { linker in
      linker.host.links.compactMap { text -> String? in
        guard let link = try? ContainerLink(text), (try? state.container(link.target))?.id == target.id else {
          return nil
        }
        return "\(linker.name)/\(link.alias)"
      }
    }.sorted()
  }

  /// Removes a link, not its target.
  ///
  /// - Parameter name: the name that the link gives the target: `web/db`.
  /// - Throws: in Docker's words.
  func removeLink(_ name: String) async throws {
    let words = name.split(separator: "/").map(String.init)
    guard words.count == 2 else {
      throw EngineError(.conflict, "Conflict, cannot remove the default link name of the container")
    }
    let linker: Container
    do {
      linker = try state.container(words[0])
    } catch {
      throw EngineError(.notFound, "Cannot get parent /\(words[0]) for link name /\(name)")
    }
    try await withLock(on: linker.id) {
      try mutate(linker.id) { (container) throws(EngineError) in
        guard let index = container.host.links.firstIndex(where: { (try? ContainerLink($0))?.alias == words[1] }) else {
          throw EngineError(.notFound, "No such link: /\(name)")
        }
        container.host.links.remove(at: index)
      }
      let container = try record(linker.id)
      guard isRunning(container) else { return }
      try updateFiles(of: container)
      if Self.hasSandbox(container) { try await updateSandbox(of: container) }
    }
  }

  /// - Throws: `conflict` in Docker's words when a link's target does not run or is not on the default bridge.
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

  /// The environment variables that links add to a container.
  func linkVariables(of container: Container) -> [String] {
    links(of: container).flatMap { linked -> [String] in
      guard let address = linked.addresses.first else { return [] }
      return linked.link.variables(
        of: container.name, address: address, ports: linked.container.configuration.exposedPorts,
        environment: linked.container.configuration.environment)
    }
  }

  /// The ports that links open on a default bridge without ICC: those that the targets expose.
  func linkedPorts(of container: Container) -> [LinkedPorts] {
    guard !container.host.links.isEmpty,
      let own = container.endpoints.first(where: { state.networks[$0.network]?.isDefaultBridge == true }),
      let network = state.networks[own.network], let options = try? BridgeOptions(network),
      !options.isICCEnabled
    else { return [] }
    return links(of: container).flatMap { linked in
      linked.addresses.flatMap { target in
        own.addresses.filter { $0.family == target.family }.map {
          LinkedPorts(from: $0, to: target, ports: linked.container.configuration.exposedPorts)
        }
      }
    }
  }

  /// The links of endpoints on other networks, as names that only this container resolves. As in Docker, a link whose
  /// target has no address gives no name.
  func linkedHosts(of container: Container) -> [HostRecord] {
    container.endpoints.flatMap { endpoint in
      endpoint.settings.links.compactMap { text -> HostRecord? in
        guard let link = try? ContainerLink(text), let target = try? state.container(link.target),
          let other = target.endpoints.first(where: { $0.network == endpoint.network }), !other.addresses.isEmpty
        else { return nil }
        return HostRecord(name: link.alias, addresses: other.addresses)
      }
    }
  }

  /// Updates the names and firewall rules of the containers that have a link to this one.
  func refreshLinks(to target: ContainerID) async {
    for id in state.containersWithLinks where id != target {
      guard let parts = try? parts, let linker = state.containers[id], isRunning(linker), hasLink(linker, to: target)
      else {
        continue
      }
      await attempting("updating the links of \(id.short)") {
        try updateFiles(of: linker)
        let changes = dataPlaneTable(of: linker).changes.filter { if case .openSandbox = $0 { true } else { false } }
        if !changes.isEmpty { try await parts.dataPlane.apply(changes) }
      }
      // It needs the linker's lock. The caller holds another lock and must not wait for it.
      if !linker.host.links.isEmpty { Task { await self.updateLinkRules(of: id) } }
    }
  }

  private func updateLinkRules(of id: ContainerID) async {
    await attempting("updating the firewall for the links of \(id.short)") {
      try await self.withLock(on: id) {
        guard let container = self.state.containers[id], self.isRunning(container), Self.hasSandbox(container) else {
          return
        }
        try await self.updateSandbox(of: container)
      }
    }
  }

  private func hasLink(_ linker: Container, to target: ContainerID) -> Bool {
    (linker.host.links + linker.endpoints.flatMap(\.settings.links)).contains { text in
      (try? ContainerLink(text)).flatMap { try? state.container($0.target).id } == target
    }
  }

  /// The records of the containers whose links name a renamed container, with its new name.
  func containersRelinked(from old: String, to new: String) -> [Container] {
    func renamed(_ links: [String], of linker: Container) -> [String] {
      links.map { text in
        guard let link = try? ContainerLink(text), link.target == old else { return text }
        return text.hasPrefix("/") ? "/\(new):/\(linker.name)/\(link.alias)" : "\(new):\(link.alias)"
      }
    }
    return state.containersWithLinks.compactMap { id in
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

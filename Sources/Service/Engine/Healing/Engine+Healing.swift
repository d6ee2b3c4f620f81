import EngineModel
import Kernel
import NetworkPlan
import Reconciler

extension Engine {
  /// Begins to watch the kernel and to restore what others change, unless the administrator does not want that.
  func beginHealing(_ parts: Parts) {
    guard let watch = parts.watch else { return }
    let healer = Healer(
      reconciler: parts.reconciler, logger: logger, restores: configuration.healsItself,
      others: { [weak self] in await self?.foreignTablesChanged() },
      report: { [weak self] in await self?.didHeal($0) })
    healing = Task { await healer.run(watch) }
  }

  /// Tells of it in an event: `heal`, of the network it was about, or of the engine's part of the host.
  private func didHeal(_ healing: Healing) {
    var attributes = ["changes": "\(healing.plan.changes.count)"]
    if !healing.failures.isEmpty { attributes["failures"] = "\(healing.failures.count)" }
    switch healing.owner {
    case .network(let id):
      guard let network = state.networks[id] else { return }
      emit("heal", network, attributes)
    case .sandbox(let name):
      guard let id = ContainerID(name), let container = state.containers[id] else { return }
      attributes["container"] = id.rawValue
      // A change in a namespace is that of the networks whose links it concerns.
      let touched = places(of: container).filter { intent in
        healing.plan.changes.contains { $0.touches(intent, of: name) }
      }
      for intent in touched { emit("heal", intent.network, attributes) }
      if touched.isEmpty { emit(.network, "heal", "host", attributes.merging(["name": "sandbox"]) { $1 }) }
    case .parent(let name): emit(.network, "heal", "host", attributes.merging(["name": name]) { $1 })
    case .host: emit(.network, "heal", "host", attributes.merging(["name": "host"]) { $1 })
    case nil: emit(.network, "heal", "host", attributes.merging(["name": "firewall"]) { $1 })
    }
  }

  private func emit(_ action: String, _ network: Network, _ more: [String: String]) {
    let attributes = ["name": network.name, "type": network.driver.rawValue]
    emit(.network, action, network.id.rawValue, attributes.merging(more) { $1 })
  }
}

extension KernelChange {
  /// Whether the change is to a link of the endpoint, at either end.
  fileprivate func touches(_ intent: EndpointIntent, of sandbox: String) -> Bool {
    let far = LinkKey(.sandbox(sandbox), intent.interface)
    let near = LinkKey(.host, EndpointLink.name(for: intent.endpoint.id))
    return switch self {
    case .createLink(let key, _, _), .deleteLink(let key, _, _), .setLink(let key, _, _):
      key == far || key == near
    case .addAddress(let assigned), .deleteAddress(let assigned): assigned.link == far
    case .addRoute(let route), .deleteRoute(let route): LinkKey(route.namespace, route.interface) == far
    default: false
    }
  }
}

import EngineModel
import Kernel
import NetworkPlan
import Reconciler

extension Engine {
  /// Starts to watch the kernel and, unless `--self-healing=false`, to remove drift.
  func startHealing(_ parts: Parts) {
    guard let watch = parts.watch else { return }
    let healer = Healer(
      reconciler: parts.reconciler, logger: logger, restores: configuration.healsItself,
      foreignTablesChanged: { [weak self] in await self?.foreignTablesChanged() },
      didHeal: { [weak self] in await self?.didHeal($0) })
    addBackgroundTask(Task { await healer.run(watch) })
  }

  /// Emits the event `heal` for each network that was restored, or for the host.
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
      // A change in a sandbox counts for the networks whose links changed.
      let touched = allEndpointIntents(container).filter { intent in
        healing.plan.changes.contains { $0.affects(intent, of: name) }
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
  /// Whether the change concerns either end of the endpoint's link.
  fileprivate func affects(_ intent: EndpointIntent, of sandbox: String) -> Bool {
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

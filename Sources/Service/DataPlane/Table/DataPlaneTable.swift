package import NameService
package import NetworkPlan

/// Everything that the data plane serves, as a value.
package struct DataPlaneTable: Sendable {
  package private(set) var sandboxes: [String: SandboxRecord] = [:]
  package private(set) var endpoints: [String: NameRecord] = [:]
  package private(set) var reservations: [String: Set<PortReservation>] = [:]
  package private(set) var relays: [String: [PortRelay]] = [:]
  /// A sequence number for each endpoint. A sandbox searches its networks in this order.
  private var attachmentOrder: [String: UInt64] = [:]
  private var nextAttachment: UInt64 = 0

  package init() {}

  package init(_ changes: some Sequence<DataPlaneChange>) {
    for change in changes { apply(change) }
  }

  package mutating func apply(_ change: DataPlaneChange) {
    switch change {
    case .openSandbox(let sandbox):
      sandboxes[sandbox.id] = sandbox
    case .closeSandbox(let id):
      sandboxes[id] = nil
    case .setEndpoint(let endpoint):
      if endpoints.updateValue(endpoint, forKey: endpoint.id) == nil {
        attachmentOrder[endpoint.id] = nextAttachment
        nextAttachment += 1
      }
    case .removeEndpoint(let id):
      endpoints[id] = nil
      attachmentOrder[id] = nil
    case .reserve(let ports, let owner):
      reservations[owner] = ports.isEmpty ? nil : Set(ports)
    case .release(let owner):
      reservations[owner] = nil
    case .setRelays(let relays, let owner):
      self.relays[owner] = relays.isEmpty ? nil : relays
    }
  }

  /// The changes that build this table from an empty one.
  package var changes: [DataPlaneChange] { DataPlaneTable().changes(to: self) }

  /// The changes that lead from this table to `other`.
  package func changes(to other: DataPlaneTable) -> [DataPlaneChange] {
    var changes: [DataPlaneChange] = []
    changes += relays.keys.filter { other.relays[$0] == nil }.sorted().map { .setRelays([], owner: $0) }
    changes += reservations.keys.filter { other.reservations[$0] == nil }.sorted().map { .release(owner: $0) }
    changes += endpoints.keys.filter { other.endpoints[$0] == nil }.sorted().map { .removeEndpoint(id: $0) }
    changes += sandboxes.keys.filter { other.sandboxes[$0] == nil }.sorted().map { .closeSandbox(id: $0) }
    for (id, sandbox) in other.sandboxes.sorted(by: { $0.key < $1.key }) where sandboxes[id] != sandbox {
      changes.append(.openSandbox(sandbox))
    }
    for endpoint in other.endpointsInOrder where endpoints[endpoint.id] != endpoint {
      changes.append(.setEndpoint(endpoint))
    }
    for (owner, ports) in other.reservations.sorted(by: { $0.key < $1.key }) where reservations[owner] != ports {
      changes.append(.reserve(ports.sorted(), owner: owner))
    }
    for (owner, relays) in other.relays.sorted(by: { $0.key < $1.key }) where self.relays[owner] != relays {
      changes.append(.setRelays(relays, owner: owner))
    }
    return changes
  }

  private var endpointsInOrder: [NameRecord] {
    endpoints.values.sorted { (attachmentOrder[$0.id] ?? 0) < (attachmentOrder[$1.id] ?? 0) }
  }
}

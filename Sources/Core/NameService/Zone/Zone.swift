import Addressing

/// The names that each sandbox can resolve, on its networks.
///
/// The zone is a value. The cost of a change does not depend on the size of the zone.
package struct Zone: Sendable {
  /// Identifies a sandbox that sends queries; valid until the sandbox is closed.
  package struct Client: Hashable, Sendable {
    let slot: Int
  }

  struct ClientState: Sendable {
    let id: String
    /// The scope of the extra hosts; `nil` when there are none.
    var ownScope: NameScope?
    /// The scopes of its networks, in the order of attachment.
    var networkScopes: [NameScope] = []
    var forwards = false
  }

  private struct NetworkScope {
    let scope: NameScope
    var endpoints: Int
  }

  var table: NameTable
  var clients: [ClientState?] = []
  private var freeSlots: [Int] = []
  private var clientByID: [String: Client] = [:]
  private var sandboxes: [String: SandboxRecord] = [:]
  private var endpoints: [String: NameRecord] = [:]
  /// Endpoint ids by sandbox, in the order of attachment.
  private var attachments: [String: [String]] = [:]
  private var networks: [String: NetworkScope] = [:]
  private var nextScope: NameScope = 0

  /// - Parameter seed: the seed of the hash; fixed only in tests.
  package init(seed: UInt64 = .random(in: .min ... .max)) {
    table = NameTable(seed: seed)
  }

  package func client(_ sandbox: String) -> Client? { clientByID[sandbox] }

  /// Adds a sandbox, or replaces the record of an existing one, whose client stays valid.
  @discardableResult
  package mutating func open(_ sandbox: SandboxRecord) -> Client {
    let client: Client
    if let known = clientByID[sandbox.id] {
      client = known
      removeExtraHosts(of: sandbox.id, client)
    } else {
      client = Client(slot: freeSlots.popLast() ?? clients.count)
      if client.slot == clients.count { clients.append(nil) }
      clientByID[sandbox.id] = client
    }
    sandboxes[sandbox.id] = sandbox
    var state = ClientState(id: sandbox.id, networkScopes: networkScopes(of: sandbox.id))
    state.forwards = !sandbox.isInternal && !sandbox.upstreams.isEmpty
    if !sandbox.extraHosts.isEmpty {
      let scope = makeScope()
      state.ownScope = scope
      for host in sandbox.extraHosts {
        guard let name = DomainName(host.name) else { continue }
        table.add(NameTable.RecordSet(id: host.name, addresses: host.addresses, target: nil), to: name, in: scope)
      }
    }
    clients[client.slot] = state
    return client
  }

  /// Removes a sandbox. Its endpoints stay resolvable until they are removed.
  package mutating func close(sandbox id: String) {
    guard let client = clientByID.removeValue(forKey: id) else { return }
    removeExtraHosts(of: id, client)
    sandboxes[id] = nil
    clients[client.slot] = nil
    freeSlots.append(client.slot)
  }

  /// Adds or replaces an endpoint. Its sandbox may be opened later.
  package mutating func set(_ endpoint: NameRecord) {
    let index = endpoints[endpoint.id].flatMap { old in
      old.sandbox == endpoint.sandbox ? attachments[old.sandbox]?.firstIndex(of: old.id) : nil
    }
    remove(endpoint: endpoint.id)
    let scope: NameScope
    if let network = networks[endpoint.network] {
      scope = network.scope
    } else {
      scope = makeScope()
    }
    networks[endpoint.network, default: NetworkScope(scope: scope, endpoints: 0)].endpoints += 1
    for (name, recordSet) in recordSets(of: endpoint) { table.add(recordSet, to: name, in: scope) }
    endpoints[endpoint.id] = endpoint
    attachments[endpoint.sandbox, default: []].insert(
      endpoint.id, at: index ?? attachments[endpoint.sandbox]?.count ?? 0)
    refreshScopes(of: endpoint.sandbox)
  }

  /// Removes an endpoint. Does nothing when it does not exist.
  package mutating func remove(endpoint id: String) {
    guard let endpoint = endpoints.removeValue(forKey: id), let network = networks[endpoint.network] else { return }
    for (name, _) in recordSets(of: endpoint) { table.remove(recordSet: id, from: name, in: network.scope) }
    networks[endpoint.network] =
      network.endpoints > 1 ? NetworkScope(scope: network.scope, endpoints: network.endpoints - 1) : nil
    attachments[endpoint.sandbox]?.removeAll { $0 == id }
    if attachments[endpoint.sandbox]?.isEmpty == true { attachments[endpoint.sandbox] = nil }
    refreshScopes(of: endpoint.sandbox)
  }

  /// The numbers of entries, for status reports.
  package var counts: (sandboxes: Int, endpoints: Int, networks: Int, names: Int) {
    (sandboxes.count, endpoints.count, networks.count, table.count)
  }

  /// The endpoint's contribution to each name: addresses for its forward names, its canonical name for the reverse
  /// names.
  private func recordSets(of endpoint: NameRecord) -> [(DomainName, NameTable.RecordSet)] {
    var forward = NameTable.RecordSet(id: endpoint.id, addresses: endpoint.addresses, target: nil)
    forward.isUnhealthy = endpoint.isUnhealthy
    var recordSets = endpoint.domainNames.map { ($0, forward) }
    if let target = endpoint.canonicalName {
      let backward = NameTable.RecordSet(id: endpoint.id, addresses: [], target: target)
      recordSets += Set(endpoint.addresses).map { (DomainName(reverse: $0.octets), backward) }
    }
    return recordSets
  }

  private mutating func makeScope() -> NameScope {
    // Scopes are never reused. At a thousand attachments a second the numbers last for weeks, and a restart resets
    // them.
    defer { nextScope += 1 }
    return nextScope
  }

  private func networkScopes(of sandbox: String) -> [NameScope] {
    var scopes: [NameScope] = []
    for id in attachments[sandbox] ?? [] {
      guard let endpoint = endpoints[id], let network = networks[endpoint.network],
        !scopes.contains(network.scope)
      else { continue }
      scopes.append(network.scope)
    }
    return scopes
  }

  private mutating func refreshScopes(of sandbox: String) {
    guard let client = clientByID[sandbox] else { return }
    let scopes = networkScopes(of: sandbox)
    clients[client.slot]?.networkScopes = scopes
  }

  private mutating func removeExtraHosts(of id: String, _ client: Client) {
    guard let scope = clients[client.slot]?.ownScope, let sandbox = sandboxes[id] else { return }
    for host in sandbox.extraHosts {
      guard let name = DomainName(host.name) else { continue }
      table.remove(recordSet: host.name, from: name, in: scope)
    }
    clients[client.slot]?.ownScope = nil
  }
}

extension NameTable.RecordSet {
  fileprivate init(id: String, addresses: [IPAddress], target: DomainName?) {
    self.init(
      id: id, addresses4: addresses.compactMap(\.v4).flatMap(\.octets),
      addresses6: addresses.compactMap(\.v6).flatMap(\.octets), target: target?.wire)
  }
}

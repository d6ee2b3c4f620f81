import Addressing

/// Who knows which names: every sandbox, the networks it is on, and the names there.
///
/// A value: whoever holds one can change a copy and put it in the place of the other. A change costs what changes, not
/// what is there.
public struct Zone: Sendable {
  /// A sandbox as one that asks; valid until the sandbox is closed.
  public struct Asker: Hashable, Sendable {
    let slot: Int
  }

  struct AskerState: Sendable {
    let id: String
    /// Of the extra hosts; `nil` without any.
    var ownScope: NameScope?
    /// Of the networks it is attached to, in the order of attachment.
    var networkScopes: [NameScope] = []
    var forwards = false
  }

  private struct NetworkScope {
    let scope: NameScope
    var endpoints: Int
  }

  var table: NameTable
  var askers: [AskerState?] = []
  private var freeSlots: [Int] = []
  private var askerByID: [String: Asker] = [:]
  private var sandboxes: [String: SandboxRecord] = [:]
  private var endpoints: [String: EndpointRecord] = [:]
  /// Endpoint ids by sandbox, in the order of attachment.
  private var attachments: [String: [String]] = [:]
  private var networks: [String: NetworkScope] = [:]
  private var nextScope: NameScope = 0

  /// - Parameter seed: of the hash; random but in tests.
  public init(seed: UInt64 = .random(in: .min ... .max)) {
    table = NameTable(seed: seed)
  }

  public func asker(_ sandbox: String) -> Asker? { askerByID[sandbox] }

  /// Adds a sandbox, or changes the one of the same id, whose asker stays valid.
  @discardableResult
  public mutating func open(_ sandbox: SandboxRecord) -> Asker {
    let asker: Asker
    if let known = askerByID[sandbox.id] {
      asker = known
      removeExtraHosts(of: sandbox.id, asker)
    } else {
      asker = Asker(slot: freeSlots.popLast() ?? askers.count)
      if asker.slot == askers.count { askers.append(nil) }
      askerByID[sandbox.id] = asker
    }
    sandboxes[sandbox.id] = sandbox
    var state = AskerState(id: sandbox.id, networkScopes: networkScopes(of: sandbox.id))
    state.forwards = !sandbox.isInternal && !sandbox.upstreams.isEmpty
    if !sandbox.extraHosts.isEmpty {
      let scope = makeScope()
      state.ownScope = scope
      for host in sandbox.extraHosts {
        guard let name = DomainName(host.name) else { continue }
        table.add(NameTable.Holder(id: host.name, addresses: host.addresses, target: nil), to: name, in: scope)
      }
    }
    askers[asker.slot] = state
    return asker
  }

  /// Removes a sandbox. Its endpoints stay, for others to find, until they are removed.
  public mutating func close(sandbox id: String) {
    guard let asker = askerByID.removeValue(forKey: id) else { return }
    removeExtraHosts(of: id, asker)
    sandboxes[id] = nil
    askers[asker.slot] = nil
    freeSlots.append(asker.slot)
  }

  /// Adds an endpoint, or changes the one of the same id. Its sandbox may be opened later.
  public mutating func set(_ endpoint: EndpointRecord) {
    let place = endpoints[endpoint.id].flatMap { old in
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
    for (name, holder) in shares(of: endpoint) { table.add(holder, to: name, in: scope) }
    endpoints[endpoint.id] = endpoint
    attachments[endpoint.sandbox, default: []].insert(
      endpoint.id, at: place ?? attachments[endpoint.sandbox]?.count ?? 0)
    refreshScopes(of: endpoint.sandbox)
  }

  /// Removes an endpoint; one that is not there is no error.
  public mutating func remove(endpoint id: String) {
    guard let endpoint = endpoints.removeValue(forKey: id), let network = networks[endpoint.network] else { return }
    for (name, _) in shares(of: endpoint) { table.remove(holder: id, from: name, in: network.scope) }
    networks[endpoint.network] =
      network.endpoints > 1 ? NetworkScope(scope: network.scope, endpoints: network.endpoints - 1) : nil
    attachments[endpoint.sandbox]?.removeAll { $0 == id }
    if attachments[endpoint.sandbox]?.isEmpty == true { attachments[endpoint.sandbox] = nil }
    refreshScopes(of: endpoint.sandbox)
  }

  /// How much is known, for reports.
  public var counts: (sandboxes: Int, endpoints: Int, networks: Int, names: Int) {
    (sandboxes.count, endpoints.count, networks.count, table.count)
  }

  /// An endpoint's names with what it adds to each: forwards its addresses, backwards its canonical name.
  private func shares(of endpoint: EndpointRecord) -> [(DomainName, NameTable.Holder)] {
    var forward = NameTable.Holder(id: endpoint.id, addresses: endpoint.addresses, target: nil)
    forward.isUnwell = endpoint.isUnwell
    var shares = endpoint.domainNames.map { ($0, forward) }
    if let target = endpoint.canonicalName {
      let backward = NameTable.Holder(id: endpoint.id, addresses: [], target: target)
      shares += Set(endpoint.addresses).map { (DomainName(reverse: $0.octets), backward) }
    }
    return shares
  }

  private mutating func makeScope() -> NameScope {
    // Never used again: at a thousand attachments a second they last for weeks, and the process is restarted freely.
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
    guard let asker = askerByID[sandbox] else { return }
    let scopes = networkScopes(of: sandbox)
    askers[asker.slot]?.networkScopes = scopes
  }

  private mutating func removeExtraHosts(of id: String, _ asker: Asker) {
    guard let scope = askers[asker.slot]?.ownScope, let sandbox = sandboxes[id] else { return }
    for host in sandbox.extraHosts {
      guard let name = DomainName(host.name) else { continue }
      table.remove(holder: host.name, from: name, in: scope)
    }
    askers[asker.slot]?.ownScope = nil
  }
}

extension NameTable.Holder {
  fileprivate init(id: String, addresses: [IPAddress], target: DomainName?) {
    self.init(
      id: id, addresses4: addresses.compactMap(\.v4).flatMap(\.octets),
      addresses6: addresses.compactMap(\.v6).flatMap(\.octets), target: target?.wire)
  }
}

import JSON
package import Addressing
package import EngineModel
import Records

/// An engine's copy of the store's records. It applies only the store's changes, in the store's order, so that all
/// engines reach the same state.
package struct ClusterRecords: Sendable {
  /// The text of every record by path, including records of other engine versions. The engine saves these to disk.
  package private(set) var texts: [String: String] = [:]
  /// The store's revision that this copy has reached.
  package private(set) var revision: Int64 = 0

  package private(set) var networks: [NetworkID: Network] = [:]
  package private(set) var vnis: Set<UInt32> = []
  package private(set) var claims: [NetworkID: [IPAddress: AddressClaim]] = [:]
  package private(set) var endpoints: [NetworkID: [EndpointID: ClusterEndpoint]] = [:]
  package private(set) var nodes: [String: ClusterNode] = [:]
  package private(set) var alive: Set<String> = []

  package init() {}

  /// What changed.
  package struct Outcome: Sendable, Hashable {
    /// The records to write to disk.
    package var changes: [ClusterChange] = []
    package var networks: Set<NetworkID> = []
    /// Created, changed or deleted.
    package var endpoints: [NetworkID: Set<EndpointID>] = [:]
    package var taken: [NetworkID: Set<IPAddress>] = [:]
    package var freed: [NetworkID: Set<IPAddress>] = [:]
    package var hasOtherNodes = false

    package init() {}
  }

  /// Applies changes in order. Changes up to the known revision have no effect.
  package mutating func apply(_ changes: [ClusterChange]) -> Outcome {
    let known = revision
    var outcome = Outcome()
    for change in changes where change.revision > known {
      apply(change, &outcome)
      revision = max(revision, change.revision)
    }
    return outcome
  }

  /// Replaces all records with those of a revision. The revision may be lower than the known one, because a store that
  /// was set up again counts from the start.
  package mutating func replace(with all: [String: String], revision: Int64) -> Outcome {
    var outcome = Outcome()
    for path in Set(texts.keys).union(all.keys).sorted() {
      apply(ClusterChange(path: path, text: all[path], revision: revision), &outcome)
    }
    self.revision = revision
    return outcome
  }

  private mutating func apply(_ change: ClusterChange, _ outcome: inout Outcome) {
    guard texts[change.path] != change.text else { return }
    texts[change.path] = change.text
    outcome.changes.append(change)
    update(with: change, &outcome)
  }

  private mutating func update(with change: ClusterChange, _ outcome: inout Outcome) {
    let text = change.text
    switch ClusterPath(change.path) {
    case .network(let id):
      networks[id] = text.flatMap { Self.record($0) as NetworkRecord? }?.model
      outcome.networks.insert(id)
    case .vni(let vni):
      if text == nil { vnis.remove(vni) } else { vnis.insert(vni) }
    case .address(let network, let address):
      claims[network, default: [:]][address] = text.flatMap(Self.record)
      if claims[network]?.isEmpty == true { claims[network] = nil }
      if text == nil {
        outcome.freed[network, default: []].insert(address)
        outcome.taken[network]?.remove(address)
      } else {
        outcome.taken[network, default: []].insert(address)
        outcome.freed[network]?.remove(address)
      }
    case .endpoint(let network, let id):
      endpoints[network, default: [:]][id] = text.flatMap(Self.record)
      if endpoints[network]?.isEmpty == true { endpoints[network] = nil }
      outcome.endpoints[network, default: []].insert(id)
    case .node(let id):
      nodes[id] = text.flatMap(Self.record)
      outcome.hasOtherNodes = true
    case .alive(let id):
      if text == nil { alive.remove(id) } else { alive.insert(id) }
    case .name, .serial, nil: break
    }
  }

  /// A record that cannot be decoded belongs to another engine version: it is kept and ignored.
  private static func record<Record: Decodable>(_ text: String) -> Record? {
    try? JSONDecoding.decode(Record.self, from: Array(text.utf8))
  }

  package static func text(_ network: Network) throws(EngineError) -> String { try text(NetworkRecord(network)) }

  /// The text of a record; equal for equal records of one version.
  package static func text(_ record: some Encodable) throws(EngineError) -> String {
    do {
      return String(decoding: try JSONEncoding.bytes(record), as: UTF8.self)
    } catch {
      throw EngineError(.system, "a record of the cluster cannot be written", cause: error)
    }
  }
}

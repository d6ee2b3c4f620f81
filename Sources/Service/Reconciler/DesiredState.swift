import Addressing
import EngineModel
import NetworkPlan

/// The desired state, one fragment for each owner, with an index from links, addresses and routes to their owners.
struct DesiredState {
  private(set) var fragments: [Reconciler.Owner: KernelState] = [:]
  private var links: [LinkKey: Reconciler.Owner] = [:]
  private var addresses: [AddressKey: Reconciler.Owner] = [:]
  private var prefixes: [PrefixKey: Reconciler.Owner] = [:]

  fileprivate struct AddressKey: Hashable {
    let namespace: NetworkNamespaceName
    let address: InterfaceAddress
  }

  private struct PrefixKey: Hashable {
    let namespace: NetworkNamespaceName
    let prefix: IPPrefix
  }

  init() {}

  init(_ fragments: [Reconciler.Owner: KernelState]) {
    for (owner, state) in fragments { self[owner] = state }
  }

  subscript(owner: Reconciler.Owner) -> KernelState? {
    get { fragments[owner] }
    set {
      if let old = fragments[owner] { removeFromIndex(old, of: owner) }
      fragments[owner] = newValue
      if let newValue { addToIndex(newValue, of: owner) }
    }
  }

  func owner(of link: LinkKey) -> Reconciler.Owner? { links[link] }

  func owner(of address: InterfaceAddress, in namespace: NetworkNamespaceName) -> Reconciler.Owner? {
    addresses[AddressKey(namespace: namespace, address: address)]
  }

  /// The owner of a route to this destination, or of the address for which the kernel makes that route.
  func owner(ofRouteTo prefix: IPPrefix, in namespace: NetworkNamespaceName) -> Reconciler.Owner? {
    prefixes[PrefixKey(namespace: namespace, prefix: prefix)]
  }

  /// The union of all fragments.
  var union: KernelState {
    var whole = KernelState()
    for desired in fragments.values { whole.formUnion(desired) }
    return whole
  }

  private mutating func addToIndex(_ state: KernelState, of owner: Reconciler.Owner) {
    for link in state.links.keys { links[link] = owner }
    for assigned in state.addresses { addresses[AddressKey(assigned)] = owner }
    for key in Self.prefixes(of: state) { prefixes[key] = owner }
  }

  private mutating func removeFromIndex(_ state: KernelState, of owner: Reconciler.Owner) {
    for link in state.links.keys where links[link] == owner { links[link] = nil }
    for assigned in state.addresses where addresses[AddressKey(assigned)] == owner {
      addresses[AddressKey(assigned)] = nil
    }
    for key in Self.prefixes(of: state) where prefixes[key] == owner { prefixes[key] = nil }
  }

  private static func prefixes(of state: KernelState) -> [PrefixKey] {
    state.routes.map { PrefixKey(namespace: $0.namespace, prefix: $0.destination) }
      + state.addresses.map { PrefixKey(namespace: $0.link.namespace, prefix: $0.address.network) }
  }
}

extension DesiredState.AddressKey {
  fileprivate init(_ assigned: AssignedAddress) {
    self.init(namespace: assigned.link.namespace, address: assigned.address)
  }
}

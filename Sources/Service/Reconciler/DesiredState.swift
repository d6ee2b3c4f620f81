import Addressing
import EngineModel
import NetworkPlan

/// What shall be, a fragment for each owner, and whose a link, an address or a route is: answering that costs a look-up,
/// however much there is.
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
      if let old = fragments[owner] { forget(old, of: owner) }
      fragments[owner] = newValue
      if let newValue { learn(newValue, of: owner) }
    }
  }

  func owner(ofLink key: LinkKey) -> Reconciler.Owner? { links[key] }

  func owner(of address: InterfaceAddress, in namespace: NetworkNamespaceName) -> Reconciler.Owner? {
    addresses[AddressKey(namespace: namespace, address: address)]
  }

  /// Of a route to this destination, ours or the one that the kernel makes along with an address of ours.
  func owner(ofRouteTo prefix: IPPrefix, in namespace: NetworkNamespaceName) -> Reconciler.Owner? {
    prefixes[PrefixKey(namespace: namespace, prefix: prefix)]
  }

  /// All fragments as one.
  var union: KernelState {
    var whole = KernelState()
    for desired in fragments.values { whole.formUnion(desired) }
    return whole
  }

  private mutating func learn(_ state: KernelState, of owner: Reconciler.Owner) {
    for key in state.links.keys { links[key] = owner }
    for assigned in state.addresses { addresses[AddressKey(assigned)] = owner }
    for key in Self.prefixes(of: state) { prefixes[key] = owner }
  }

  private mutating func forget(_ state: KernelState, of owner: Reconciler.Owner) {
    for key in state.links.keys where links[key] == owner { links[key] = nil }
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

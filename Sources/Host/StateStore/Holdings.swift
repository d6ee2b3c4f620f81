import Addressing
import EngineModel
import Synchronization

/// What a container holds that nobody else may: its addresses and its ports of the host.
struct Holdings: Sendable, Hashable {
  struct Lease: Sendable, Hashable {
    let network: NetworkID
    let endpoint: EndpointID
    let address: IPAddress
  }

  let leases: [Lease]
  let publications: [PortPublication]

  init(of container: Container) {
    leases = container.allEndpoints.flatMap { endpoint in
      endpoint.addresses.map { Lease(network: endpoint.network, endpoint: endpoint.id, address: $0) }
    }
    publications = container.publications
  }
}

/// What is known to stand in the store's tables of leases and publications. A record is written many times in a
/// container's life and what it holds changes twice: writing thousands of ports each time took most of a start.
final class KnownHoldings: Sendable {
  private let known = Mutex<[ContainerID: Holdings]>([:])

  /// The containers of these changes whose rows have to be written.
  func outdated(by changes: [StoreChange]) -> Set<ContainerID> {
    known.withLock { known in
      var seen: Set<ContainerID> = []
      var outdated: Set<ContainerID> = []
      for case .putContainer(let container) in changes {
        // Twice in one commit is not worth a thought: both are written.
        if !seen.insert(container.id).inserted || known[container.id] != Holdings(of: container) {
          outdated.insert(container.id)
        }
      }
      return outdated
    }
  }

  /// The changes are in the store.
  func note(_ changes: [StoreChange]) {
    known.withLock { known in
      for change in changes {
        switch change {
        case .putContainer(let container): known[container.id] = Holdings(of: container)
        case .removeContainer(let id): known[id] = nil
        default: break
        }
      }
    }
  }
}

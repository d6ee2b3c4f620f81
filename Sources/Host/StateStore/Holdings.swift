import Addressing
import EngineModel
import Synchronization

/// What only one container can hold: addresses of networks and ports of the host.
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

/// A copy of the database's leases and publications, so that a commit writes only those that changed. A container's
/// record is written many times, but its holdings change at start and stop only; writing thousands of ports each time
/// took most of the time of a start.
final class KnownHoldings: Sendable {
  private let known = Mutex<[ContainerID: Holdings]>([:])

  /// The containers in these changes whose leases and publications must be written.
  func outdated(by changes: [StoreChange]) -> Set<ContainerID> {
    known.withLock { known in
      var seen: Set<ContainerID> = []
      var outdated: Set<ContainerID> = []
      for case .putContainer(let container) in changes {
        // A container that occurs twice in one commit is always written.
        if !seen.insert(container.id).inserted || known[container.id] != Holdings(of: container) {
          outdated.insert(container.id)
        }
      }
      return outdated
    }
  }

  /// Notes changes that the database has committed.
  func record(_ changes: [StoreChange]) {
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

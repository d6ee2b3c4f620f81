import Addressing
import EngineModel
import Synchronization

/// What belongs to only one container: leased addresses of networks, and published ports of the host.
struct Reservations: Sendable, Hashable {
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
/// record is written many times, but these change only when it starts and stops. Writing thousands of ports each time took
/// most of the time of a start.
final class StoredReservations: Sendable {
  private let stored = Mutex<[ContainerID: Reservations]>([:])

  /// The containers in these changes whose leases and publications must be written.
  func outdated(by changes: [StoreChange]) -> Set<ContainerID> {
    stored.withLock { stored in
      var seen: Set<ContainerID> = []
      var outdated: Set<ContainerID> = []
      for case .putContainer(let container) in changes {
        // A container that occurs twice in one commit is always written.
        if !seen.insert(container.id).inserted || stored[container.id] != Reservations(of: container) {
          outdated.insert(container.id)
        }
      }
      return outdated
    }
  }

  /// Records changes that the database has committed.
  func record(_ changes: [StoreChange]) {
    stored.withLock { stored in
      for change in changes {
        switch change {
        case .putContainer(let container): stored[container.id] = Reservations(of: container)
        case .removeContainer(let id): stored[id] = nil
        default: break
        }
      }
    }
  }
}

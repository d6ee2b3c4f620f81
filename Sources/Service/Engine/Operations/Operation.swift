import EngineModel
import NetworkPlan

/// A change with effects outside the database, as the database holds it from before the first effect until the change is
/// whole. It names what completes or undoes the change: after an error, or when the engine starts after it was killed.
///
/// The record that announces a new object to users is committed together with the end of its operation.
enum Operation: Sendable, Hashable {
  /// Undone: nothing of the container and of its new volumes stays.
  case createContainer(ContainerID, volumes: [NewVolume])
  /// Completed.
  case removeContainer(ContainerID, withAnonymousVolumes: Bool)
  /// The links of a starting container are deleted; its record says the rest.
  case startContainer(ContainerID, links: [LinkKey])
  /// Completed, if the container still runs.
  case connect(ContainerID, EndpointID, links: [LinkKey])
  /// Completed: the container's files no longer name what it lost.
  case disconnect(ContainerID)
  /// Undone.
  case createVolume(NewVolume)
  /// Completed.
  case removeVolume(name: String)
  /// Undone while files are copied to a folder beside the volume's; completed while they are moved into it.
  case fillVolume(name: String, isMoving: Bool)
  /// Undone.
  case createNetwork(NetworkID, links: [LinkKey])
  /// Completed.
  case removeNetwork(NetworkID)
  /// Undone: a container that was paused while its files are read is resumed.
  case commit(ContainerID)
  /// Undone: the sandbox in which the steps of a build run.
  case build(ContainerID, links: [LinkKey])

  /// A volume that an operation creates.
  struct NewVolume: Sendable, Hashable {
    let name: String
    /// The volume's folder existed before. It is not removed when the operation is undone.
    let hadFolder: Bool
  }

  /// Links that a killed engine may have made without marking them as its own.
  var links: [LinkKey] {
    switch self {
    case .startContainer(_, let links), .connect(_, _, let links), .createNetwork(_, let links), .build(_, let links):
      links
    default: []
    }
  }
}

/// The id of an operation that is under way.
struct OperationID: Sendable, Hashable {
  let text: String
}

extension KernelState {
  /// The links that must be created to reach this state. Peers, which appear with another link, and links that exist
  /// already are left out.
  var linksToMake: [LinkKey] {
    links.filter { _, link in
      switch link.kind {
      case .bridge, .veth, .macvlan, .ipvlan, .vlan, .dummy, .vxlan: true
      case .vethPeer, .borrowed, .loopback, .adopted, .other: false
      }
    }.keys.sorted()
  }
}

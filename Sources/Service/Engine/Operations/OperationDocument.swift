import Addressing
import JSON
import EngineModel
import NetworkPlan
import StateStore

/// An operation as the database stores it. The keys never change.
struct OperationDocument: Codable {
  var version = 1
  var container: String?
  var endpoint: String?
  var network: String?
  var links: [LinkName]?
  var volume: String?
  var volumes: [Volume]?
  /// `removeContainer`: anonymous volumes are removed, too. `fillVolume`: files are being moved.
  var flag: Bool?

  struct LinkName: Codable {
    /// The sandbox; `nil`: the host.
    var sandbox: String?
    var name: String
  }

  struct Volume: Codable {
    var name: String
    var hadFolder: Bool
  }

  init(_ operation: Operation) {
    switch operation {
    case .createContainer(let id, let volumes):
      container = id.rawValue
      self.volumes = volumes.map { Volume(name: $0.name, hadFolder: $0.hadFolder) }
    case .removeContainer(let id, let withAnonymousVolumes):
      (container, flag) = (id.rawValue, withAnonymousVolumes)
    case .startContainer(let id, let links), .build(let id, let links):
      (container, self.links) = (id.rawValue, links.map(LinkName.init))
    case .connect(let id, let endpoint, let links):
      (container, self.endpoint, self.links) = (id.rawValue, endpoint.rawValue, links.map(LinkName.init))
    case .disconnect(let id), .commit(let id): container = id.rawValue
    case .createVolume(let volume): volumes = [Volume(name: volume.name, hadFolder: volume.hadFolder)]
    case .removeVolume(let name): volume = name
    case .fillVolume(let name, let isMoving): (volume, flag) = (name, isMoving)
    case .createNetwork(let id, let links): (network, self.links) = (id.rawValue, links.map(LinkName.init))
    case .removeNetwork(let id): network = id.rawValue
    }
  }

  /// `nil` for a kind that this engine does not know, or a document that lacks a member.
  func operation(kind: String) -> Operation? {
    let container = container.flatMap { ContainerID($0) }
    let network = network.flatMap { NetworkID($0) }
    let links = (links ?? []).compactMap(\.key)
    let volumes = (volumes ?? []).map { Operation.NewVolume(name: $0.name, hadFolder: $0.hadFolder) }
    switch kind {
    case "createContainer": return container.map { .createContainer($0, volumes: volumes) }
    case "removeContainer": return container.map { .removeContainer($0, withAnonymousVolumes: flag ?? false) }
    case "startContainer": return container.map { .startContainer($0, links: links) }
    case "build": return container.map { .build($0, links: links) }
    case "connect":
      guard let container, let endpoint = endpoint.flatMap({ EndpointID($0) }) else { return nil }
      return .connect(container, endpoint, links: links)
    case "disconnect": return container.map { .disconnect($0) }
    case "commit": return container.map { .commit($0) }
    case "createVolume": return volumes.first.map { .createVolume($0) }
    case "removeVolume": return volume.map { .removeVolume(name: $0) }
    case "fillVolume": return volume.map { .fillVolume(name: $0, isMoving: flag ?? false) }
    case "createNetwork": return network.map { .createNetwork($0, links: links) }
    case "removeNetwork": return network.map { .removeNetwork($0) }
    default: return nil
    }
  }
}

extension OperationDocument.LinkName {
  init(_ key: LinkKey) {
    if case .sandbox(let name) = key.namespace { sandbox = name }
    name = key.name.rawValue
  }

  var key: LinkKey? {
    InterfaceName(name).map { LinkKey(sandbox.map { .sandbox($0) } ?? .host, $0) }
  }
}

extension Operation {
  var kind: String {
    switch self {
    case .createContainer: "createContainer"
    case .removeContainer: "removeContainer"
    case .startContainer: "startContainer"
    case .connect: "connect"
    case .disconnect: "disconnect"
    case .commit: "commit"
    case .createVolume: "createVolume"
    case .removeVolume: "removeVolume"
    case .fillVolume: "fillVolume"
    case .createNetwork: "createNetwork"
    case .removeNetwork: "removeNetwork"
    case .build: "build"
    }
  }

  /// As the database stores it. Encoding strings and numbers cannot fail.
  var stored: StoredOperation {
    let bytes = (try? JSONEncoding.bytes(OperationDocument(self))) ?? []
    return StoredOperation(kind: kind, document: String(decoding: bytes, as: UTF8.self))
  }

  /// `nil` for a kind of operation that this engine does not know.
  init?(_ stored: StoredOperation) {
    guard let document = try? JSONDecoding.decode(OperationDocument.self, from: Array(stored.document.utf8)),
      let operation = document.operation(kind: stored.kind)
    else { return nil }
    self = operation
  }
}

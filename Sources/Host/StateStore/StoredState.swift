public import EngineModel

/// Everything that the database holds.
public struct StoredState: Sendable {
  public var networks: [Network] = []
  public var containers: [Container] = []
  public var volumes: [Volume] = []
  /// Facts about the engine itself, such as its id and how it found the host.
  public var settings: [String: String] = [:]
  /// The cleanup queue: documents by number.
  public var cleanup: [UInt64: String] = [:]
  /// Operations that were under way, by id.
  public var operations: [String: StoredOperation] = [:]
  /// Records that this engine cannot read, now or at an earlier start.
  public var unreadable: [UnreadableRecord] = []

  public init() {}
}

/// One change of the database. A container's leases and published ports are written together with its record.
public enum StoreChange: Sendable {
  case putNetwork(Network)
  case removeNetwork(NetworkID)
  case putContainer(Container)
  case removeContainer(ContainerID)
  case putVolume(Volume)
  case removeVolume(String)
  case putSetting(key: String, value: String)
  case removeSetting(key: String)
  /// An entry of the cleanup queue. The store does not read the document.
  case putCleanup(number: UInt64, document: String)
  case removeCleanup(number: UInt64)
  case putOperation(id: String, StoredOperation)
  case removeOperation(id: String)
}

/// What completes or undoes an operation that was interrupted. The store does not read the document.
public struct StoredOperation: Sendable, Hashable {
  public let kind: String
  public let document: String

  public init(kind: String, document: String) {
    self.kind = kind
    self.document = document
  }
}

package import EngineModel

/// Everything that the database holds.
package struct StoredState: Sendable {
  package var networks: [Network] = []
  package var containers: [Container] = []
  package var volumes: [Volume] = []
  /// Facts about the engine itself, such as its id and how it found the host.
  package var settings: [String: String] = [:]
  /// The cleanup queue: documents by number.
  package var cleanup: [UInt64: String] = [:]
  /// Operations that were under way, by id.
  package var operations: [String: StoredOperation] = [:]
  /// Records that this engine cannot read, now or at an earlier start.
  package var unreadable: [UnreadableRecord] = []

  package init() {}
}

/// One change of the database. A container's leases and published ports are written together with its record.
package enum StoreChange: Sendable {
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
package struct StoredOperation: Sendable, Hashable {
  package let kind: String
  package let document: String

  package init(kind: String, document: String) {
    self.kind = kind
    self.document = document
  }
}

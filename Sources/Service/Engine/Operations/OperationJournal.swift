import EngineModel
import StateStore

/// The operations that are under way. A value without effects: the engine commits the changes that it returns.
struct OperationJournal: Sendable {
  private(set) var operations: [OperationID: Operation] = [:]
  /// The volumes that operations of this engine work on now.
  var volumeLocks = VolumeLocks()

  init() {}

  /// The operations that an earlier engine left.
  init(_ stored: [String: StoredOperation]) {
    for (id, operation) in stored { operations[OperationID(text: id)] = Operation(operation) }
  }

  /// Adds or replaces an operation. The change is committed before the operation's next effect.
  mutating func put(_ operation: Operation, _ id: OperationID) -> StoreChange {
    operations[id] = operation
    return .putOperation(id: id.text, operation.stored)
  }

  /// Takes an operation out. The change is committed with the record that announces the outcome.
  mutating func remove(_ id: OperationID) -> StoreChange {
    operations[id] = nil
    return .removeOperation(id: id.text)
  }

  func ids(where isMeant: (Operation) -> Bool) -> [OperationID] {
    operations.filter { isMeant($0.value) }.map(\.key)
  }

  /// The removals of a container that are under way.
  func removals(of id: ContainerID) -> [OperationID] {
    ids { if case .removeContainer(id, _) = $0 { true } else { false } }
  }
}

import EngineModel
import Logging
import StateStore

extension Engine {
  /// Commits an operation together with what it reserves. Nothing has happened outside the database yet.
  func begin(_ operation: Operation, with changes: [StoreChange] = []) throws(EngineError) -> OperationID {
    let id = OperationID(text: ContainerID.random().short)
    do throws(EngineError) {
      try commit(changes + [operations.put(operation, id)])
    } catch {
      _ = operations.remove(id)
      throw error
    }
    return id
  }

  /// Commits the next phase of an operation.
  func advance(_ id: OperationID, to operation: Operation) throws(EngineError) {
    try commit([operations.put(operation, id)])
  }

  /// Commits the end of an operation together with the records that announce the outcome; both or neither.
  func finish(_ id: OperationID, with changes: [StoreChange] = []) throws(EngineError) {
    let operation = operations.operations[id]
    do throws(EngineError) {
      try commit(changes + [operations.remove(id)])
    } catch {
      if let operation { _ = operations.put(operation, id) }
      throw error
    }
  }

  /// Ends an operation of which nothing is left. If the database refuses, the next start of the engine ends it.
  func abandon(_ id: OperationID) {
    do throws(EngineError) {
      try finish(id)
    } catch {
      logger.error("the end of an operation could not be recorded: \(error)")
    }
  }

  /// Marks the moment after one effect and before the next. Tests stop the engine here.
  func checkpoint(_ effect: String) async {
    if let faultPoint = try? parts.faultPoint { await faultPoint(effect) }
  }
}

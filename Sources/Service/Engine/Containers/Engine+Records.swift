import EngineModel
import Logging
import StateStore

extension Engine {
  /// What a change to a record means for the database.
  enum Durability {
    /// The change reaches the database before the state; on an error neither has it.
    case transactional
    /// The change describes what has happened already: a failed write is logged, not rolled back.
    case logged
    /// A later commit writes it. After a crash the engine finds it out again, or does without.
    case memoryOnly
  }

  /// Changes a container's record. This is the only way to change one.
  ///
  /// The body gets the current record and changes the fields that the caller owns. It must not keep a copy from before
  /// an `await`. Who holds the container's lock owns its configuration and its networking; `state` belongs to the
  /// container's state machine.
  ///
  /// - Throws: `notFound`, what the body throws, and a failed commit.
  @discardableResult
  func mutate<Result>(
    _ id: ContainerID, _ durability: Durability = .transactional, with more: [StoreChange] = [],
    _ body: (inout Container) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    var container = try record(id)
    let result = try body(&container)
    try put([container], durability, with: more)
    return result
  }

  /// Does a transition of a container's state machine, which changes the record.
  @discardableResult
  func transition<Result>(
    _ id: ContainerID, _ durability: Durability = .transactional, with more: [StoreChange] = [],
    _ body: (inout ContainerStateMachine, inout Container) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    var machine = transient.machines[id] ?? ContainerStateMachine()
    let result = try mutate(id, durability, with: more) { (container) throws(EngineError) in
      try body(&machine, &container)
    }
    transient.machines[id] = machine
    return result
  }

  /// Commits whole records: new ones, or ones that were read since the last `await`.
  func put(
    _ containers: [Container], _ durability: Durability = .transactional, with more: [StoreChange] = []
  ) throws(EngineError) {
    let changes = more + containers.map(StoreChange.putContainer)
    switch durability {
    case .transactional: try commit(changes)
    case .logged:
      do throws(EngineError) {
        try commit(changes)
      } catch {
        let names = containers.map(\.id.short).joined(separator: " ")
        logger.error("writing the record of \(names): \(error)")
      }
    case .memoryOnly: break
    }
    for container in containers { state.put(container) }
  }

  /// The record of a container that is known to exist.
  func record(_ id: ContainerID) throws(EngineError) -> Container {
    guard let container = state.containers[id] else {
      throw EngineError(.notFound, "No such container: \(id)")
    }
    return container
  }

  /// Whether the container's first process exists.
  func hasProcess(_ id: ContainerID) -> Bool { state.containers[id]?.state.pid ?? 0 != 0 }

  /// Whether the container's process has ended and everything around it is removed.
  func isStopped(_ container: Container) -> Bool {
    !container.state.isRunning && transient.machines[container.id]?.isReleasing != true
  }
}

extension Container {
  /// Takes the fields that the holder of the container's lock changes when it connects, disconnects, starts or stops.
  mutating func copyNetworking(from other: Container) {
    endpoints = other.endpoints
    unresolvedNetworks = other.unresolvedNetworks
    gatewayEndpoint = other.gatewayEndpoint
    publications = other.publications
  }
}

package import EngineModel

/// The state of a container, as its record holds it.
package struct ContainerStateRecord: Codable, Hashable, Sendable {
  let status: StoredText<ContainerState.Status>
  let pid: Int32
  let exitCode: Int32
  let error: String
  let oomKilled: Bool
  let startedAt: Timestamp?
  let finishedAt: Timestamp?
  let restartCount: Int
  let wasStoppedByUser: Bool
  let health: HealthRecord?

  private enum CodingKeys: String, CodingKey {
    case status
    case pid
    case exitCode
    case error
    case oomKilled
    case startedAt
    case finishedAt
    case restartCount
    case wasStoppedByUser
    case health
  }

  package init(_ model: ContainerState) {
    status = StoredText(model.status)
    pid = model.pid
    exitCode = model.exitCode
    error = model.error
    oomKilled = model.oomKilled
    startedAt = model.startedAt
    finishedAt = model.finishedAt
    restartCount = model.restartCount
    wasStoppedByUser = model.wasStoppedByUser
    health = model.health.map(HealthRecord.init)
  }

  package var model: ContainerState {
    var model = ContainerState()
    model.status = status.value
    model.pid = pid
    model.exitCode = exitCode
    model.error = error
    model.oomKilled = oomKilled
    model.startedAt = startedAt
    model.finishedAt = finishedAt
    model.restartCount = restartCount
    model.wasStoppedByUser = wasStoppedByUser
    model.health = health?.model
    return model
  }
}

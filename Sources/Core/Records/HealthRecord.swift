package import EngineModel

/// What a container's health check found, as its record holds it.
package struct HealthRecord: Codable, Hashable, Sendable {
  let status: StoredText<Health.Status>
  let failingStreak: Int
  let log: [ProbeRecord]

  private enum CodingKeys: String, CodingKey {
    case status
    case failingStreak
    case log
  }

  package init(_ model: Health) {
    status = StoredText(model.status)
    failingStreak = model.failingStreak
    log = model.log.map(ProbeRecord.init)
  }

  package var model: Health {
    Health(status: status.value, failingStreak: failingStreak, log: log.map(\.model))
  }
}

/// One run of a health check.
package struct ProbeRecord: Codable, Hashable, Sendable {
  let start: Timestamp
  let end: Timestamp
  let exitCode: Int32
  let output: String

  private enum CodingKeys: String, CodingKey {
    case start
    case end
    case exitCode
    case output
  }

  package init(_ model: Health.Probe) {
    start = model.start
    end = model.end
    exitCode = model.exitCode
    output = model.output
  }

  package var model: Health.Probe {
    Health.Probe(start: start, end: end, exitCode: exitCode, output: output)
  }
}

/// The state and counters of the data plane.
package struct DataPlaneStatus: Hashable, Sendable {
  package var processID: Int32 = 0
  /// Seconds since the program started.
  package var uptime: UInt64 = 0
  package var sandboxes: UInt64 = 0
  package var endpoints: UInt64 = 0
  package var reservedPorts: UInt64 = 0
  package var relays: UInt64 = 0
  package var counters = Counters()
  /// Table entries that are not served, one sentence each. The program retries them every few seconds.
  package var problems: [String] = []

  package init() {}

  /// Counts since the program started.
  package struct Counters: Hashable, Sendable {
    package var answered: UInt64 = 0
    package var forwarded: UInt64 = 0
    /// Forwarded queries without an answer from any upstream.
    package var unanswered: UInt64 = 0
    /// Malformed queries and queries above the limits.
    package var dropped: UInt64 = 0
    package var relayedConnections: UInt64 = 0

    package init() {}
  }
}

extension RecordEncoder {
  mutating func append(_ status: DataPlaneStatus) {
    append(status.processID)
    for number in [
      status.uptime, status.sandboxes, status.endpoints, status.reservedPorts, status.relays,
      status.counters.answered, status.counters.forwarded, status.counters.unanswered, status.counters.dropped,
      status.counters.relayedConnections,
    ] {
      append(number)
    }
    append(status.problems) { $0.append($1) }
  }
}

extension RecordDecoder {
  mutating func status() throws(DecodingFailure) -> DataPlaneStatus {
    var status = DataPlaneStatus()
    status.processID = try number()
    status.uptime = try number()
    status.sandboxes = try number()
    status.endpoints = try number()
    status.reservedPorts = try number()
    status.relays = try number()
    status.counters.answered = try number()
    status.counters.forwarded = try number()
    status.counters.unanswered = try number()
    status.counters.dropped = try number()
    status.counters.relayedConnections = try number()
    status.problems = try list { (decoder) throws(DecodingFailure) in try decoder.text() }
    return status
  }
}

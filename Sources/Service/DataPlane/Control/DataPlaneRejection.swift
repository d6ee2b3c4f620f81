import Kernel

/// The data plane refused a request and changed nothing.
package struct DataPlaneRejection: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The port is unavailable: `EADDRINUSE` when another program uses it, `EADDRNOTAVAIL` when the host does not have
    /// the address.
    case port(PortReservation, errno: Int32)
    /// The sockets of a sandbox cannot be opened: `ENOENT` or `EINVAL` when its namespace does not exist.
    case sandbox(id: String, errno: Int32)
    /// The change could not be written to disk.
    case journal(errno: Int32)
    /// The request cannot be decoded, because client and program have different versions.
    case malformed
  }

  package let reasons: [Reason]

  /// The unavailable ports with their error numbers.
  package var ports: [(reservation: PortReservation, errno: Int32)] {
    reasons.compactMap { reason in
      guard case .port(let reservation, let errno) = reason else { return nil }
      return (reservation, errno)
    }
  }
}

extension DataPlaneRejection: CustomStringConvertible {
  package var description: String {
    "the data plane refused the change: \(reasons.map(\.description).joined(separator: "; "))"
  }
}

extension DataPlaneRejection.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .port(let reservation, let errno): "port \(reservation): \(SystemCallError.reason(errno))"
    case .sandbox(let id, let errno): "the network namespace of \(id.prefix(12)): \(SystemCallError.reason(errno))"
    case .journal(let errno): "the journal of the data plane cannot be written: \(SystemCallError.reason(errno))"
    case .malformed:
      "the data plane does not understand the request: engine and data plane have different versions. "
        + "Restart the engine"
    }
  }
}

extension RecordEncoder {
  mutating func append(_ reason: DataPlaneRejection.Reason) {
    switch reason {
    case .port(let reservation, let errno):
      append(UInt8(1))
      append(reservation)
      append(errno)
    case .sandbox(let id, let errno):
      append(UInt8(2))
      append(id)
      append(errno)
    case .journal(let errno):
      append(UInt8(3))
      append(errno)
    case .malformed:
      append(UInt8(4))
    }
  }
}

extension RecordDecoder {
  mutating func rejectionReason() throws(DecodingFailure) -> DataPlaneRejection.Reason {
    let kind = try number(UInt8.self)
    switch kind {
    case 1: return .port(try reservation(), errno: try number())
    case 2: return .sandbox(id: try text(), errno: try number())
    case 3: return .journal(errno: try number())
    case 4: return .malformed
    default: throw .unknownKind(kind)
    }
  }
}

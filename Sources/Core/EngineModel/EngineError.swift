/// What went wrong, in a form that every client of the engine gets to see.
///
/// The code decides the HTTP status (``Code/httpStatus`` is the only such table), the message is the sentence a person
/// reads, in Docker's own words where clients match on them; the cause keeps what lies beneath, errno and kernel text
/// included, for the log.
public struct EngineError: Error, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    /// The request itself is wrong: malformed, out of range, contradictory.
    case invalidParameter
    /// The thing named does not exist.
    case notFound
    /// The request is right, but the present state does not allow it.
    case conflict
    /// Never allowed, whatever the state.
    case forbidden
    /// Nothing to do; Docker answers 304 with no body.
    case notModified
    case unauthorized
    /// Not built, or not possible on this host (a kernel module is missing, say).
    case notImplemented
    /// Cannot be done right now: the engine or something it needs is not there.
    case unavailable
    /// The engine's own failure, or the kernel's.
    case system
    /// The client went away or the work was cancelled.
    case cancelled

    public var httpStatus: Int {
      switch self {
      case .invalidParameter: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .notFound: 404
      case .conflict: 409
      case .notModified: 304
      case .notImplemented: 501
      case .unavailable: 503
      case .system: 500
      case .cancelled: 499
      }
    }
  }

  public let code: Code
  public let message: String
  public let cause: (any Error)?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension EngineError: CustomStringConvertible {
  /// The message and, after a colon, what lies beneath.
  public var description: String {
    guard let cause else { return message }
    return "\(message): \(cause)"
  }
}

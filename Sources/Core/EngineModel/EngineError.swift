/// An error that a client of the engine sees.
///
/// The code determines the HTTP status (``Code/httpStatus`` is the only such table). The message is for the user, in
/// Docker's exact words where clients match on them. The cause is for the log, with errno and the kernel's message.
package struct EngineError: Error, Sendable {
  package enum Code: String, Sendable, CaseIterable {
    /// The request is wrong: malformed, out of range, contradictory.
    case invalidParameter
    /// The named object does not exist.
    case notFound
    /// The request is valid, but the present state does not allow it.
    case conflict
    /// Not allowed in any state.
    case forbidden
    /// Nothing to do; Docker answers 304 without a body.
    case notModified
    case unauthorized
    /// Not implemented, or not possible on this host, for example because a kernel module is missing.
    case notImplemented
    /// Not possible at the moment: the engine, or something it needs, is not available.
    case unavailable
    /// A failure of the engine or of the kernel.
    case system
    /// The client disconnected, or the work was cancelled.
    case cancelled

    package var httpStatus: Int {
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

  package let code: Code
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension EngineError: CustomStringConvertible {
  /// The message and, after a colon, the cause.
  package var description: String {
    guard let cause else { return message }
    return "\(message): \(ErrorText.of(cause))"
  }
}

internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import TransportSecurity

/// The engine cannot be reached, or the connection ended: the request may not have arrived.
package struct EngineConnectError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// The path has no socket.
    case absent
    /// No process listens at the address.
    case refused
    /// The caller may not open the socket.
    case denied
    /// The host name has no address.
    case unknownHost
    /// No answer within the timeout, or no route.
    case unanswered
    /// The connection ended early.
    case broken
    /// The TLS handshake failed.
    case insecure
    case other
  }

  package let host: EngineHost
  package let reason: Reason
  package let cause: any Error

  package init(host: EngineHost, reason: Reason, cause: any Error) {
    self.host = host
    self.reason = reason
    self.cause = cause
  }

  init(_ host: EngineHost, _ error: any Error) {
    self.init(host: host, reason: Self.reason(error), cause: error)
  }

  /// Docker's message, which scripts search for.
  package var description: String {
    switch reason {
    case .denied: "permission denied while trying to connect to the engine at \(host)"
    case .broken, .insecure: "error during connect: \(host): \(cause)"
    case .absent, .refused, .unknownHost, .unanswered, .other:
      "Cannot connect to the Docker daemon at \(host). Is the docker daemon running?"
    }
  }

  private static func reason(_ error: any Error) -> Reason {
    switch error {
    case let error as IOError: reason(errno: error.errnoCode)
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first {
        reason(first.error)
      } else {
        .unknownHost
      }
    case is ClientError: .broken
    case is TLSError: .insecure
    case ChannelError.connectTimeout: .unanswered
    case is ChannelError: .broken
    default: .other
    }
  }

  private static func reason(errno code: CInt) -> Reason {
    switch code {
    case ENOENT, ENOTDIR: .absent
    case ECONNREFUSED: .refused
    case EACCES, EPERM: .denied
    case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH: .unanswered
    case EPIPE, ECONNRESET: .broken
    default: .other
    }
  }
}

internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import TransportSecurity

/// There is no way to the engine, or it broke off: what was asked may never have been heard.
public struct EngineConnectError: Error, Sendable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// There is no socket at the path.
    case absent
    /// There is an address, but nobody listens there.
    case refused
    /// The caller may not open the socket.
    case denied
    /// The host's name has no address.
    case unknownHost
    /// Nobody answered in time, or there is no route.
    case unanswered
    /// The connection ended in the middle.
    case broken
    /// The two sides do not agree about TLS.
    case insecure
    case other
  }

  public let host: EngineHost
  public let reason: Reason
  public let cause: any Error

  public init(host: EngineHost, reason: Reason, cause: any Error) {
    self.host = host
    self.reason = reason
    self.cause = cause
  }

  init(_ host: EngineHost, _ error: any Error) {
    self.init(host: host, reason: Self.reason(error), cause: error)
  }

  /// In the words of Docker's command line, which scripts look for.
  public var description: String {
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

internal import NIOCore

/// Limits on size and time of requests and answers.
struct ServerLimits: Sendable {
  /// Bytes of a request's head, request line included. Go's default is 1 MiB.
  var headBytes = 128 * 1024
  /// Bytes of a collected body: JSON.
  var bodyBytes = 8 * 1024 * 1024
  /// From the first byte of a head to its last.
  var headTimeout = TimeAmount.seconds(30)
  /// Between two parts of a collected body.
  var bodyTimeout = TimeAmount.seconds(60)
  /// How long a connection may be idle.
  var idleTimeout = TimeAmount.minutes(5)
  /// How long a complete answer may wait for its reader.
  var answerTimeout = TimeAmount.minutes(5)
  /// The most open connections; further ones get 503 and are closed.
  var connections = 20_000
  /// Bytes of an unread body that are read and dropped, so that the connection can be used again.
  var drainedBytes = 1024 * 1024
}

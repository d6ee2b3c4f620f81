internal import NIOCore

/// How much a client may send, and how long it may take.
struct ServerLimits: Sendable {
  /// Bytes of a request's head, request line included. Go's default is 1 MiB; nobody needs more than this.
  var headBytes = 128 * 1024
  /// Bytes of a body that is read whole before it is acted on: JSON.
  var bodyBytes = 8 * 1024 * 1024
  /// From the first byte of a head to its last.
  var headTimeout = TimeAmount.seconds(30)
  /// Between two pieces of a body that is read whole.
  var bodyTimeout = TimeAmount.seconds(60)
  /// How long a connection may stay open with nothing asked.
  var idleTimeout = TimeAmount.minutes(5)
  /// How long an answer that is at hand may wait for its reader.
  var answerTimeout = TimeAmount.minutes(5)
  /// After a hijacked connection's output ended: how long the client has to close its side.
  var lingerTimeout = TimeAmount.seconds(2)
  /// Connections at a time; one more is answered with 503 and closed.
  var connections = 20_000
  /// Bytes of a body that nobody reads which are taken off the wire so that the connection can go on.
  var drainedBytes = 1024 * 1024
}

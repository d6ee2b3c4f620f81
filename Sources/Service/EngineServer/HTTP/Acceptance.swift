internal import NIOHTTP1

/// How a request is handled, decided after its head and before its body.
struct Acceptance: Sendable {
  enum BodyPolicy: Sendable {
    /// Collected, within the limits, before the request handler runs.
    case collected
    /// The request handler runs at once and reads the body itself.
    case streamed
  }

  var body: BodyPolicy
  /// The request handler is cancelled when the client disconnects before the answer.
  var endsWithClient = false
  var respond: @Sendable (RequestBody) async -> ServerResponse
}

/// Decides how to handle a request. Called on event loops: it must not block.
typealias Acceptor = @Sendable (HTTPRequestHead) -> Acceptance

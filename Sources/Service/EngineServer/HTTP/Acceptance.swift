internal import NIOHTTP1

/// What becomes of a request, decided when its head is there and before its body is.
struct Acceptance: Sendable {
  enum BodyPolicy: Sendable {
    /// Read whole, within the limits, before the handler runs.
    case collected
    /// The handler runs at once and reads as it goes.
    case streamed
  }

  var body: BodyPolicy
  /// It is cancelled when its client goes before there is an answer.
  var endsWithClient = false
  var respond: @Sendable (RequestBody) async -> ServerResponse
}

/// Decides about heads. Called on event loops: it must not block.
typealias Acceptor = @Sendable (HTTPRequestHead) -> Acceptance

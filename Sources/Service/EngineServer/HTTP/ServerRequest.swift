internal import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1

/// A request as request handlers see it.
struct ServerRequest: Sendable {
  let method: HTTPMethod
  /// Without query and version, percent-encoding undone.
  let path: String
  let version: APIVersion
  /// The parameters that the route's template matched.
  let parameters: [String: String]
  let query: QueryItems
  let headers: HTTPHeaders
  let body: RequestBody
  /// Logs something about the request that the answer has no place for.
  var note: @Sendable (String) -> Void = { _ in }

  /// A parameter that the route's template always matches.
  subscript(parameter: String) -> String { parameters[parameter] ?? "" }

  /// The client offers to hijack the connection (`Upgrade: tcp`).
  var wantsUpgrade: Bool {
    headers["upgrade"].contains { $0.lowercased() == "tcp" }
      && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
  }
}

/// The body of a request.
enum RequestBody: Sendable {
  case collected(ByteBuffer)
  /// Parts as they arrive, with back-pressure. Iterate once.
  case streamed(BodySequence)
}

typealias BodySequence = NIOThrowingAsyncSequenceProducer<
  ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, InboundDemand
>

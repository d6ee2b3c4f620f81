internal import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1

/// A request as handlers see it.
struct ServerRequest: Sendable {
  let method: HTTPMethod
  /// Without query and version, percent-encoding undone.
  let path: String
  let version: APIVersion
  /// What the route's template caught.
  let parameters: [String: String]
  let query: QueryItems
  let headers: HTTPHeaders
  let body: RequestBody

  /// A parameter that the route's template is sure to have caught.
  subscript(parameter: String) -> String { parameters[parameter] ?? "" }

  /// The client is ready to take the connection over (`Upgrade: tcp`).
  var wantsUpgrade: Bool {
    headers["upgrade"].contains { $0.lowercased() == "tcp" }
      && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
  }
}

/// What follows a head.
enum RequestBody: Sendable {
  case collected(ByteBuffer)
  /// Pieces as they come. A slow reader holds the client back. Iterate once.
  case streamed(BodySequence)
}

typealias BodySequence = NIOThrowingAsyncSequenceProducer<
  ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, InboundDemand
>

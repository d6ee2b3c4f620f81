internal import NIOHTTP1

/// The engine's answer: the head, and a body that arrives as it is read.
public struct EngineAnswer: Sendable {
  public let status: Int
  public let body: ByteStream
  private let headers: HTTPHeaders

  init(_ answer: ClientHandler.Answer) {
    status = Int(answer.head.status.code)
    headers = answer.head.headers
    body = ByteStream(sequence: answer.body)
  }

  /// The first header of a name, without regard to case.
  public func header(_ name: String) -> String? { headers.first(name: name) }

  public var contentType: String { header("content-type") ?? "" }
}

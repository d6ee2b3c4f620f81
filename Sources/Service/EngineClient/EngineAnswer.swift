internal import NIOHTTP1

/// The engine's answer: the head, and a body that arrives as it is read.
package struct EngineAnswer: Sendable {
  package let status: Int
  package let body: ByteStream
  private let headers: HTTPHeaders

  init(_ answer: ClientHandler.Answer) {
    status = Int(answer.head.status.code)
    headers = answer.head.headers
    body = ByteStream(sequence: answer.body)
  }

  /// The first header of a name, without regard to case.
  package func header(_ name: String) -> String? { headers.first(name: name) }

  package var contentType: String { header("content-type") ?? "" }
}

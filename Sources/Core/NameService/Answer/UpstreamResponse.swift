/// The kind of a response from an upstream.
package enum UpstreamResponse: Hashable, Sendable {
  /// Pass it on, with the client's id.
  case answer
  /// The server failed or refused. Another one may answer.
  case failure
  /// Not a response to this query: late or forged.
  case unrelated

  /// - Parameters:
  ///   - query: the query as sent, with its own id.
  ///   - questionEnd: the end of the query's header and question.
  package init(_ response: UnsafeRawBufferPointer, to query: UnsafeRawBufferPointer, questionEnd: Int) {
    guard response.count >= QueryView.headerLength, query.count >= questionEnd,
      response.number16(0) == query.number16(0)
    else {
      self = .unrelated
      return
    }
    let flags = MessageFlags(rawValue: response.number16(2))
    guard flags.isResponse, flags.opcode == 0 else {
      self = .unrelated
      return
    }
    let failed = [.formatError, .serverFailure, .notImplemented, .refused].contains(flags.responseCode)
    if response.number16(4) == 0, failed {
      // A server that cannot parse the query does not repeat the question.
      self = .failure
      return
    }
    guard response.number16(4) == 1, response.count >= questionEnd,
      zip(response[QueryView.headerLength..<questionEnd], query[QueryView.headerLength..<questionEnd])
        .allSatisfy({ $0.asciiLowercased == $1.asciiLowercased })
    else {
      self = .unrelated
      return
    }
    self = failed ? .failure : .answer
  }
}

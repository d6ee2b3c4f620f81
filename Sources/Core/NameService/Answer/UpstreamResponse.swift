/// What an upstream sent in response to a question that was handed on.
public enum UpstreamResponse: Hashable, Sendable {
  /// To be given to the one who asked, with the old id.
  case good
  /// The server could not, or would not: another may.
  case failure
  /// Not an answer to this question: late, or forged.
  case foreign

  /// - Parameters:
  ///   - query: as it was sent, with the id under which it was sent.
  ///   - questionEnd: where header and question of the query end.
  public init(_ response: UnsafeRawBufferPointer, to query: UnsafeRawBufferPointer, questionEnd: Int) {
    guard response.count >= QueryView.headerLength, query.count >= questionEnd,
      response.number16(0) == query.number16(0)
    else {
      self = .foreign
      return
    }
    let flags = MessageFlags(rawValue: response.number16(2))
    guard flags.isResponse, flags.opcode == 0 else {
      self = .foreign
      return
    }
    let failed = [.formatError, .serverFailure, .notImplemented, .refused].contains(flags.responseCode)
    if response.number16(4) == 0, failed {
      // A server that could not read the question repeats none.
      self = .failure
      return
    }
    guard response.number16(4) == 1, response.count >= questionEnd,
      zip(response[QueryView.headerLength..<questionEnd], query[QueryView.headerLength..<questionEnd])
        .allSatisfy({ $0.asciiLowercased == $1.asciiLowercased })
    else {
      self = .foreign
      return
    }
    self = failed ? .failure : .good
  }
}

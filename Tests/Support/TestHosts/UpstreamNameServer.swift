package import Kernel

/// A small name server for the outside namespace. It resolves a few names to IPv4 addresses and answers NXDOMAIN for
/// others.
///
/// RFC 1035, without compression except for the pointer to the question.
package struct UpstreamNameServer: Sendable {
  private let service: UDPService

  package init(in namespace: NetworkNamespace, address: String = "0.0.0.0", names: [String: [UInt8]]) async throws {
    service = try await UDPService(in: namespace, address: address, port: 53) { Self.answer($0, names: names) }
  }

  package func stop() { service.stop() }

  /// The number of received queries.
  package var questions: Int { service.received.count }

  static func answer(_ query: [UInt8], names: [String: [UInt8]]) -> [UInt8]? {
    guard query.count > 17 else { return nil }
    var labels: [String] = []
    var at = 12
    while at < query.count, query[at] != 0 {
      let length = Int(query[at])
      guard length < 64, at + 1 + length < query.count else { return nil }
      labels.append(String(decoding: query[(at + 1)..<(at + 1 + length)], as: UTF8.self))
      at += 1 + length
    }
    guard at + 4 < query.count else { return nil }
    let question = query[12...(at + 4)]
    let type = Int(query[at + 1]) << 8 | Int(query[at + 2])
    let known = names[labels.joined(separator: ".").lowercased()]
    let answers: [UInt8] = type == 1 ? known.map { [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + $0 } ?? [] : []
    let flags: [UInt8] = [0x80 | query[2] & 0x79, known == nil ? 0x83 : 0x80]
    return query[0..<2] + flags + [0, 1, 0, answers.isEmpty ? 0 : 1, 0, 0, 0, 0] + question + answers
  }
}

import Addressing
@testable import DataPlane
import CLinux
import Glibc
import Kernel
import NameService
import Testing

/// A resolver client inside a namespace.
struct TestClient: Sendable {
  let namespace: NetworkNamespace
  var address = IPAddress.v4(IPv4Address(127, 0, 0, 11))
  var port: UInt16 = 10053
  var seconds = 8

  /// Sends octets over UDP and returns the answer.
  func exchangeDatagram(_ query: [UInt8]) async throws -> [UInt8]? {
    try await namespace.run { [self] in
      let socket = try connected(linux_SOCK_DGRAM)
      _ = send(socket.number, query, query.count, 0)
      var buffer = [UInt8](repeating: 0, count: 65535)
      let count = recv(socket.number, &buffer, buffer.count, 0)
      return count < 0 ? nil : Array(buffer[..<count])
    }
  }

  /// Sends queries over one TCP connection and returns the replies; fewer when the connection is closed.
  func exchangeStream(_ queries: [[UInt8]], halfClose: Bool = false) async throws -> [[UInt8]] {
    try await namespace.run { [self] in
      let socket = try connected(linux_SOCK_STREAM)
      let bytes = queries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
      _ = send(socket.number, bytes, bytes.count, linux_MSG_NOSIGNAL)
      if halfClose { shutdown(socket.number, Int32(SHUT_WR)) }
      var replies: [[UInt8]] = []
      var input: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65535)
      while replies.count < queries.count {
        let count = recv(socket.number, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        input += buffer[..<count]
        while input.count >= 2, input.count >= 2 + Int(input[0]) << 8 + Int(input[1]) {
          let length = Int(input[0]) << 8 + Int(input[1])
          replies.append(Array(input[2..<(2 + length)]))
          input.removeFirst(2 + length)
        }
      }
      return replies
    }
  }

  func ask(
    _ name: String, _ type: RecordType = .a, edns: UInt16? = nil, overTCP: Bool = false
  ) async throws -> Message? {
    let query = Message(
      id: .random(in: .min ... .max), flags: .query, questions: [Question(try #require(DomainName(name)), type)],
      additionals: edns.map { [.edns(payloadSize: $0)] } ?? [])
    let bytes =
      if overTCP { try await exchangeStream([query.bytes]).first } else { try await exchangeDatagram(query.bytes) }
    guard let bytes else { return nil }
    let reply = try Message(bytes)
    #expect(reply.id == query.id)
    #expect(reply.questions == query.questions)
    return reply
  }

  /// The addresses and names in the reply; `nil` without a reply.
  func lookUp(_ name: String, _ type: RecordType = .a, overTCP: Bool = false) async throws -> [String]? {
    try await ask(name, type, overTCP: overTCP)?.answers.map { record in
      switch record.data {
      case .a(let address): "\(address)"
      case .aaaa(let address): "\(address)"
      case .name(let name): "\(name)"
      default: "?"
      }
    }
  }

  func connected(_ type: Int32) throws -> OwnedDescriptor {
    let target = SocketAddress(address, port)
    let number = socket(target.domain, type | linux_SOCK_CLOEXEC, 0)
    guard number >= 0 else { throw SystemCallError(errno: errno, call: "socket") }
    let socket = OwnedDescriptor(adopting: number)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard target.connect(number) == 0 else {
      throw SystemCallError(errno: errno, call: "connect")
    }
    return socket
  }
}

/// Runs `body` and measures its duration.
func timed<T>(_ body: () async throws -> T) async rethrows -> (result: T, duration: Duration) {
  let start = ContinuousClock.now
  let result = try await body()
  return (result, ContinuousClock.now - start)
}

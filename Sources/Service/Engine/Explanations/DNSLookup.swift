import Addressing
import CLinux
import Glibc
import Kernel
import NameService

/// Queries DNS servers from inside a namespace, as a program there would.
struct DNSLookup: Sendable {
  let name: String
  let servers: [IPAddress]

  /// In seconds, for each server.
  private static let timeout = 3

  /// The addresses of the name, IPv4 first; empty if no server knows it or answers. Takes a few seconds at most.
  func addresses(in namespace: NetworkNamespace) async throws -> [IPAddress] {
    guard let question = DomainName(name) else { return [] }
    return try await namespace.run { [servers] in
      for server in servers.prefix(3) {
        guard let first = Self.ask(server, question, .a) else { continue }
        return first + (Self.ask(server, question, .aaaa) ?? [])
      }
      return []
    }
  }

  /// - Returns: `nil` if the server does not answer.
  private static func ask(_ server: IPAddress, _ name: DomainName, _ type: RecordType) -> [IPAddress]? {
    let number = UInt16.random(in: .min ... .max)
    let query = Message(id: number, flags: .query, questions: [NameService.Question(name, type)]).bytes
    guard let socket = connected(to: server), send(socket.number, query, query.count, 0) == query.count else {
      return nil
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    // Answers to other queries may arrive first.
    for _ in 0..<4 {
      let count = recv(socket.number, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      guard let answer = try? Message(Array(buffer[..<count])), answer.id == number, answer.flags.isResponse else {
        continue
      }
      return answer.answers.compactMap { record in
        switch record.data {
        case .a(let address): .v4(address)
        case .aaaa(let address): .v6(address)
        default: nil
        }
      }
    }
    return nil
  }

  private static func connected(to server: IPAddress) -> OwnedDescriptor? {
    let address = SocketAddress(server, 53)
    let number = socket(address.domain, linux_SOCK_DGRAM | linux_SOCK_CLOEXEC, 0)
    guard number >= 0 else { return nil }
    let descriptor = OwnedDescriptor(adopting: number)
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    return address.connect(number) == 0 ? descriptor : nil
  }
}

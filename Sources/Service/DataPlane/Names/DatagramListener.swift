import CLinux
import Glibc
import Kernel
import NameService

/// Answers a sandbox's DNS queries over UDP.
final class DatagramListener: ReadinessHandler {
  private unowned let resolver: Resolver
  private let socket: OwnedDescriptor
  let client: Zone.Client
  let sandbox: String
  private var watch: EventLoop.Watch?

  init(
    _ resolver: Resolver, _ socket: OwnedDescriptor, client: Zone.Client, sandbox: String
  ) throws(SystemCallError) {
    self.resolver = resolver
    self.socket = socket
    self.client = client
    self.sandbox = sandbox
    watch = try resolver.loop.add(socket.number, Readiness.read, self)
  }

  func close() {
    if let watch { resolver.loop.remove(watch) }
    watch = nil
  }

  func ready(_ events: UInt32) {
    let batch = resolver.batch
    // Bounded, so that other sandboxes get their turn. Remaining queries wake the loop again.
    for _ in 0..<4 {
      let count = batch.receive(socket.number)
      for index in 0..<count {
        guard let query = batch.query(index) else {
          resolver.counters.dropped += 1
          continue
        }
        switch resolver.zone.answer(query, from: client, over: .udp, into: batch.replySpace) {
        case .reply(let length):
          resolver.counters.answered += 1
          batch.addReply(length, to: index)
        case .forward(let bounds):
          forward(query, bounds, to: batch.sender(index))
        case .ignore:
          resolver.counters.dropped += 1
        }
      }
      batch.send(socket.number)
      if count < DatagramBatch.depth { return }
    }
  }

  private func forward(_ query: UnsafeRawBufferPointer, _ bounds: QueryBounds, to sender: sockaddr_in) {
    resolver.forwarder.forward(Array(query), bounds, from: sandbox, over: .udp) { [weak self] response in
      self?.send(response, to: sender)
    }
  }

  private func send(_ response: [UInt8], to client: sockaddr_in) {
    guard watch != nil else { return }
    var client = client
    _ = withUnsafePointer(to: &client) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          socket.number, response, response.count, linux_MSG_DONTWAIT, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

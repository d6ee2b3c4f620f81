import CLinux
import Glibc
import Kernel

/// A client connection of the control socket. Requests run in the order in which they arrive.
final class ControlConnection: ReadinessHandler {
  private let loop: EventLoop
  private let socket: OwnedDescriptor
  private let answer: (ControlRequest) -> ControlReply
  private let closed: (ControlConnection) -> Void
  private var watch: EventLoop.Watch?
  private var input: [UInt8] = []
  private var output: [UInt8] = []

  init(
    _ loop: EventLoop, _ socket: OwnedDescriptor, answer: @escaping (ControlRequest) -> ControlReply,
    closed: @escaping (ControlConnection) -> Void
  ) throws(SystemCallError) {
    self.loop = loop
    self.socket = socket
    self.answer = answer
    self.closed = closed
    watch = try loop.add(socket.number, Readiness.read, self)
  }

  private func close() {
    guard let watch else { return }
    loop.remove(watch)
    self.watch = nil
    closed(self)
  }

  func ready(_ events: UInt32) {
    if events & Readiness.read != 0 { receive() }
    if events & (Readiness.error | Readiness.hangup) != 0, events & Readiness.read == 0 { close() }
    flush()
  }

  private func receive() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(socket.number, &buffer, buffer.count)
    if count <= 0 {
      if count == 0 || (errno != EAGAIN && errno != EINTR) { close() }
      return
    }
    input.append(contentsOf: buffer[..<count])
    var start = 0
    while watch != nil, input.count - start >= 4 {
      let length = input[start..<(start + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= ControlProtocol.longest else {
        close()
        return
      }
      guard input.count - start - 4 >= length else { break }
      handle(input[(start + 4)..<(start + 4 + length)])
      start += 4 + length
    }
    input.removeFirst(start)
  }

  private func handle(_ body: ArraySlice<UInt8>) {
    do {
      let (sequence, request) = try ControlProtocol.decodeRequest(body)
      output += ControlProtocol.encode(answer(request), sequence: sequence)
    } catch {
      Log.line("closing a connection with an unreadable request: \(error)")
      output += ControlProtocol.encode(.refused([.malformed]), sequence: 0)
      flush()
      close()
    }
  }

  private func flush() {
    guard let watch else { return }
    if !output.isEmpty {
      let count = send(socket.number, output, output.count, linux_MSG_NOSIGNAL)
      if count < 0, errno != EAGAIN, errno != EINTR {
        close()
        return
      }
      output.removeFirst(max(0, count))
    }
    loop.change(watch, output.isEmpty ? Readiness.read : Readiness.write)
  }
}

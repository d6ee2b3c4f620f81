import CLinux
import EngineModel
import Glibc
import Kernel
import Synchronization

/// The client's end of the control socket. Its calls block, and run on the client's own thread.
final class ClientConnection: Sendable {
  private struct State {
    var socket: OwnedDescriptor?
    var sequence: UInt32 = 0
  }

  /// The number of seconds to wait for an answer. Applying changes takes less than a millisecond, replacing a table of
  /// thousands of entries about a second.
  private static let answerLimit = 30

  private let path: String
  private let timeout: Duration
  private let state = Mutex(State())

  init(path: String, timeout: Duration) {
    self.path = path
    self.timeout = timeout
  }

  /// - Throws: `EngineError` of code `unavailable`.
  func ask(_ request: ControlRequest) throws(EngineError) -> ControlReply {
    let deadline = ContinuousClock.now + timeout
    while true {
      do {
        return try state.withLock { state throws(SystemCallError) in try exchange(request, &state) }
      } catch {
        guard Self.isTransient(error.errno), ContinuousClock.now < deadline else {
          throw EngineError(.unavailable, "the data plane cannot be reached at \(path)", cause: error)
        }
        usleep(2_000)
      }
    }
  }

  /// Whether the error can come from a program that is starting or that ended during the request.
  private static func isTransient(_ number: Int32) -> Bool {
    [ENOENT, ECONNREFUSED, ECONNRESET, EPIPE, EAGAIN].contains(number)
  }

  private func exchange(_ request: ControlRequest, _ state: inout State) throws(SystemCallError) -> ControlReply {
    let socket =
      if let open = state.socket { open } else { try connected() }
    state.socket = nil
    state.sequence &+= 1
    try send(ControlProtocol.encode(request, sequence: state.sequence), to: socket)
    let head = try receive(4, from: socket)
    let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= ControlProtocol.longest else { throw broken("answer too long") }
    do {
      let (sequence, reply) = try ControlProtocol.decodeReply(try receive(length, from: socket))
      if case .refused([.malformed]) = reply { throw broken("the data plane could not decode the request") }
      guard sequence == state.sequence else { throw broken("unexpected sequence number") }
      // Only a connection without errors is reused.
      state.socket = socket
      return reply
    } catch let error as SystemCallError {
      throw error
    } catch {
      throw broken("unreadable answer: \(error)")
    }
  }

  private func connected() throws(SystemCallError) -> OwnedDescriptor {
    let number = Glibc.socket(AF_UNIX, linux_SOCK_STREAM | linux_SOCK_CLOEXEC, 0)
    guard number >= 0 else { throw SystemCallError.last("socket") }
    let socket = OwnedDescriptor(adopting: number)
    var limit = timeval(tv_sec: Self.answerLimit, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard try UnixSocketAddress(path).connect(number) == 0 else {
      throw SystemCallError.last("connect", path)
    }
    return socket
  }

  private func send(_ bytes: [UInt8], to socket: OwnedDescriptor) throws(SystemCallError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, linux_MSG_NOSIGNAL) }
      if count < 0, errno != EINTR { throw SystemCallError.last("send", path) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private func receive(_ length: Int, from socket: OwnedDescriptor) throws(SystemCallError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    var filled = 0
    while filled < length {
      let count = bytes.withUnsafeMutableBytes {
        recv(socket.number, $0.baseAddress.map { $0 + filled }, length - filled, 0)
      }
      if count == 0 { throw SystemCallError(errno: ECONNRESET, call: "recv", subject: path) }
      if count < 0 {
        if errno == EINTR { continue }
        let number = errno
        throw SystemCallError(errno: number == EAGAIN ? ETIMEDOUT : number, call: "recv", subject: path)
      }
      filled += count
    }
    return bytes
  }

  private func broken(_ what: String) -> SystemCallError {
    SystemCallError(errno: EPROTO, call: "recv", subject: path, kernelMessage: what)
  }
}

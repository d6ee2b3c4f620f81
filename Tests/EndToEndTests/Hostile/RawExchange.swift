import Glibc
import Kernel

/// Raw bytes for the engine's unix socket, and its answer.
struct RawExchange: Sendable {
  /// What to send: text, bytes, or a number of zeros.
  enum Piece: Sendable {
    case bytes([UInt8])
    case zeros(Int)

    static func text(_ text: String) -> Piece { .bytes(Array(text.utf8)) }
  }

  /// Whether the client closes its side after sending.
  enum Ending: Sendable { case open, halfClosed }

  let received: [UInt8]
  /// Whether the engine closed the connection before the timeout.
  let wasClosed: Bool

  var text: String { String(decoding: received, as: UTF8.self) }
  /// The status of the first answer except `100 Continue`; 0 if there is none.
  var status: Int { statuses.first ?? 0 }
  /// The statuses of all answers, in order.
  var statuses: [Int] {
    text.split(separator: "HTTP/1.").dropFirst(text.hasPrefix("HTTP/1.") ? 0 : 1)
      .compactMap { Int($0.dropFirst(2).prefix(3)) }.filter { $0 >= 200 }
  }
  /// The text after the last head.
  var body: String {
    let bytes = text.utf8
    guard let cut = text.range(ofLast: "\r\n\r\n") else { return String(decoding: Array(bytes), as: UTF8.self) }
    return String(text[cut...])
  }

  /// Sends and reads at the same time until the engine closes the connection or the timeout. Blocks: call it on its own
  /// thread.
  static func perform(_ path: String, _ pieces: [Piece], _ ending: Ending, seconds: Int) throws -> RawExchange {
    let socket = try connect(path)
    var queue = pieces[...]
    var pending: ArraySlice<UInt8> = []
    var zeros = 0
    var received: [UInt8] = []
    var isSending = true
    var buffer = [UInt8](repeating: 0, count: 65536)
    let block = [UInt8](repeating: 0, count: 1 << 20)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if pending.isEmpty, zeros > 0 {
        pending = block[..<min(zeros, block.count)]
        zeros -= pending.count
      }
      if pending.isEmpty, let piece = queue.popFirst() {
        switch piece {
        case .bytes(let bytes): pending = bytes[...]
        case .zeros(let count): zeros = count
        }
        continue
      }
      if isSending, pending.isEmpty {
        isSending = false
        if ending == .halfClosed { shutdown(socket.number, Int32(SHUT_WR)) }
      }
      var wait = pollfd(fd: socket.number, events: Int16(POLLIN | (isSending ? POLLOUT : 0)), revents: 0)
      guard Glibc.poll(&wait, 1, 200) > 0 else { continue }
      if wait.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        let count = recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count == 0 || count < 0 && errno != EAGAIN { return RawExchange(received: received, wasClosed: true) }
        if count > 0 { received += buffer[..<count] }
      }
      if isSending, wait.revents & Int16(POLLOUT) != 0 {
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        let count = pending.withUnsafeBytes { send(socket.number, $0.baseAddress, $0.count, flags) }
        if count > 0 {
          pending = pending.dropFirst(count)
        } else if errno != EAGAIN {
          // It reads no more; its earlier answer can still be read.
          (isSending, pending, zeros, queue) = (false, [], 0, [])
        }
      }
    }
    return RawExchange(received: received, wasClosed: false)
  }

  /// A connection to the socket.
  static func connect(_ path: String) throws -> OwnedDescriptor {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemCallError(errno: errno, call: "socket", subject: path) }
    let descriptor = OwnedDescriptor(adopting: number)
    let result = try UnixSocketAddress(path).connect(number)
    guard result == 0 else { throw SystemCallError(errno: errno, call: "connect", subject: path) }
    return descriptor
  }
}

extension String {
  /// The index after the last occurrence.
  fileprivate func range(ofLast part: String) -> Index? {
    ranges(of: part).last?.upperBound
  }
}
